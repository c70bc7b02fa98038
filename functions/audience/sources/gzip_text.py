"""The text of gzip: member after member, up to the end or to bytes that are no member."""

import re
import zlib
from collections.abc import Callable, Iterator
from typing import NamedTuple

from audience.errors import SourceDamagedError
from audience.sources.records import Record

CHUNK = 1 << 20
GZIP_MAGIC = b"\x1f\x8b"
# The magic bytes and the one compression method there is (RFC 1952, 2.3.1).
_MEMBER = GZIP_MAGIC + b"\x08"
# A gzip member is decompressed in steps: so many bytes at first, twice as many each time, and so many at most.
_FIRST_STEP = 64
_MAX_STEP = 1 << 16
_PADDING = re.compile(rb"\0*")


class Garbage(NamedTuple):
    """Bytes after a gzip file's last member that are neither a member nor padding."""

    position: int  # where the text ends, in bytes
    length: int  # stored bytes

    def as_record(self, line: int) -> Record:
        """Return the bad record that the bytes count for, at the `line` after the text; its length is one byte."""
        count = "1 byte" if self.length == 1 else f"{self.length} bytes"
        return Record(b"", line, 1, 1, f"{count} after the gzip data are no gzip: they are left out")


def inflated(
    chunks: Iterator[bytes],
    name: str,
    *,
    whole: bool = True,
    found_garbage: Callable[[int], None] = lambda _: None,
) -> Iterator[bytes]:
    """Decompress gzip of one or more members (RFC 1952), never more than 1 MiB at a time.

    Zeros after a member are padding. Other bytes after it that do not begin like a member end the text, as gzip's own
    program has it.

    Args:
        chunks: the stored bytes.
        name: the file's name in errors.
        whole: whether they are the whole file; if not, they may end anywhere.
        found_garbage: called with the position of the first stored byte that is no gzip, after all text was yielded.

    Raises:
        SourceDamagedError: the bytes are not gzip, or end in the middle.
    """
    member, offset = _Member(name), 0
    for chunk in chunks:
        view, position = memoryview(chunk), 0
        while position < len(chunk):
            if member.is_new:  # skip padding after a member, as tar and tapes leave it
                position = _end_of_padding(chunk, position)
            if member.cannot_be(view[position:]):
                found_garbage(offset + position - len(member.head))
                return
            consumed, text = member.decompress(view[position : position + member.step])
            position += consumed
            if text:
                yield text
            if member.ended:
                member = _Member(name, is_first=False)
        offset += len(chunk)
    while not member.is_new and not member.ended:
        _, text = member.decompress(memoryview(b""))
        if text:
            yield text
        elif whole and not member.ended:
            raise SourceDamagedError(f"{name} is not a sound gzip file: it ends in the middle")
        else:
            return


class _Member:
    """One member of a gzip file, decompressed in steps that are short at first, for it may end soon.

    zlib copies what is left of a step after the member's end: with steps of a whole chunk, a file of many small members
    would take time quadratic in its size.
    """

    def __init__(self, name: str, *, is_first: bool = True) -> None:
        self._inflate = zlib.decompressobj(wbits=31)
        self._name = name
        self._is_first = is_first
        self.step = _FIRST_STEP
        self.head = b""  # its first three bytes, as far as they have been consumed

    @property
    def is_new(self) -> bool:
        return not self.head

    @property
    def ended(self) -> bool:
        return self._inflate.eof

    def cannot_be(self, following: memoryview) -> bool:
        """Return whether these bytes show that this is no member; the file's first bytes are one, even if damaged."""
        missing = len(_MEMBER) - len(self.head)
        if self._is_first or not missing:
            return False
        return not _MEMBER.startswith(self.head + bytes(following[:missing]))

    def decompress(self, content: memoryview) -> tuple[int, bytes]:
        """Return how many bytes of the content were consumed, and their text."""
        try:
            text = self._inflate.decompress(content, CHUNK)
        except zlib.error:
            raise SourceDamagedError(
                f"{self._name} is not a sound gzip file: it cannot be decompressed"
            ) from None
        left = self._inflate.unused_data if self.ended else self._inflate.unconsumed_tail
        self.step = min(2 * self.step, _MAX_STEP)
        consumed = len(content) - len(left)
        if len(self.head) < len(_MEMBER):
            self.head += bytes(content[:consumed])[: len(_MEMBER) - len(self.head)]
        return consumed, text


def _end_of_padding(chunk: bytes, position: int) -> int:
    padding = _PADDING.match(chunk, position)
    return padding.end() if padding else position

"""The bytes of an object from any position on, decompressed if gzip, over new connections if one breaks."""

import re
import time
import zlib
from collections.abc import Callable, Iterator
from http.client import HTTPException

from botocore.exceptions import BotoCoreError, ClientError
from urllib3.exceptions import HTTPError

from audience.aws.client_types import S3Client
from audience.aws.errors import is_final, is_forbidden, plain_message
from audience.errors import (
    SourceChangedError,
    SourceDamagedError,
    SourceInterruptedError,
    SourceUnreadableError,
)
from audience.sources.location import S3Location

CHUNK = 1 << 20
MAX_BREAKS = 5
# A gzip member is decompressed in steps: so many bytes at first, twice as many each time, and so many at most.
_FIRST_STEP = 64
_MAX_STEP = 1 << 16
_PADDING = re.compile(rb"\0*")
GZIP_MAGIC = b"\x1f\x8b"
_GONE = frozenset({"PreconditionFailed", "NoSuchKey", "404", "412"})
_INTERRUPTED = (BotoCoreError, HTTPError, HTTPException, OSError)


class ObjectStream:
    """One object of a known ETag and `size` in bytes: a read never mixes two versions of it."""

    def __init__(
        self, s3: S3Client, at: S3Location, size: int, etag: str, pause: Callable[[float], None] = time.sleep
    ) -> None:
        """Keep the client, the object's location, size in bytes and ETag.

        `pause` (seconds) is for the tests.
        """
        self._s3 = s3
        self._at = at
        self.size = size
        self._etag = etag
        self._pause = pause
        self._gzip: bool | None = None

    def chunks(self, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Yield the bytes from `start` to before `end`, at most 1 MiB a chunk.

        Without `end`, up to the object's end.

        Raises:
            SourceChangedError: the object was changed or deleted.
            SourceUnreadableError: it may not be read.
            SourceInterruptedError: the connection broke six times without a byte in between.
        """
        position, stop, breaks = start, self.size if end is None else end, 0
        while position < stop:
            try:
                for chunk in self._open(position, stop):
                    position += len(chunk)
                    breaks = 0
                    yield chunk
                cause: Exception = HTTPException("the stream ended early")
            except _INTERRUPTED as error:
                cause = error
            except ClientError as error:
                cause = self._unless_final(error)
            if position < stop:
                breaks += 1
                if breaks > MAX_BREAKS:
                    raise SourceInterruptedError(
                        f"{self._at} broke off again and again: {plain_message(cause)}"
                    ) from None
                self._pause(0.1 * 2**breaks)

    def text(self, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Yield the bytes as `chunks` does, decompressed where the object is gzip.

        Positions are those of the decompressed bytes.
        """
        if not self.is_gzip():
            yield from self.chunks(start, end)
            return
        position = 0
        for chunk in inflated(self.chunks(), str(self._at)):
            skipped = max(0, start - position)
            position += len(chunk)
            if skipped < len(chunk):
                yield chunk[skipped:]

    def head(self, maximum: int) -> Iterator[bytes]:
        """Yield the text of the first `maximum` stored bytes, and about `maximum` bytes of text at most."""
        stored = self.chunks(0, min(self.size, maximum))
        if not self.is_gzip():
            yield from stored
            return
        given = 0
        for chunk in inflated(stored, str(self._at), whole=self.size <= maximum):
            yield chunk
            given += len(chunk)
            if given >= maximum:
                return

    def is_gzip(self) -> bool:
        """Return whether the object begins with gzip's magic bytes (RFC 1952), whatever its name."""
        if self._gzip is None:
            self._gzip = b"".join(self.chunks(0, min(len(GZIP_MAGIC), self.size))) == GZIP_MAGIC
        return self._gzip

    def _open(self, position: int, stop: int) -> Iterator[bytes]:
        found = self._s3.get_object(
            Bucket=self._at.bucket,
            Key=self._at.key,
            IfMatch=self._etag,
            Range=f"bytes={position}-{stop - 1}",
        )
        return found["Body"].iter_chunks(CHUNK)

    def _unless_final(self, error: ClientError) -> Exception:
        """Return the error if a retry may succeed; otherwise raise what it means for the source."""
        code = error.response["Error"]["Code"]
        if code in _GONE:
            raise SourceChangedError(f"{self._at} was changed or deleted after the job began") from None
        if is_forbidden(error):  # also for a missing object, where the role may not list the bucket
            raise SourceUnreadableError(
                f"{self._at} is not there, or may not be read: {plain_message(error)}"
            ) from None
        if is_final(error):
            raise SourceUnreadableError(f"{self._at} cannot be read: {plain_message(error)}") from None
        return error


def inflated(chunks: Iterator[bytes], name: str, *, whole: bool = True) -> Iterator[bytes]:
    """Decompress gzip of one or more members (RFC 1952), never more than 1 MiB at a time.

    Args:
        chunks: the stored bytes.
        name: the file's name in errors.
        whole: whether they are the whole file; if not, they may end anywhere.

    Raises:
        SourceDamagedError: the bytes are not gzip, or end in the middle.
    """
    member = _Member(name)
    for chunk in chunks:
        view, position = memoryview(chunk), 0
        while position < len(chunk):
            if member.is_new:  # skip padding after a member, as tar and tapes leave it
                position = _end_of_padding(chunk, position)
            consumed, text = member.decompress(view[position : position + member.step])
            position += consumed
            if text:
                yield text
            if member.ended:
                member = _Member(name)
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

    def __init__(self, name: str) -> None:
        self._inflate = zlib.decompressobj(wbits=31)
        self._name = name
        self.step = _FIRST_STEP
        self.is_new = True

    @property
    def ended(self) -> bool:
        return self._inflate.eof

    def decompress(self, content: memoryview) -> tuple[int, bytes]:
        """Return how many bytes of the content were consumed, and their text."""
        try:
            text = self._inflate.decompress(content, CHUNK)
        except zlib.error:
            raise SourceDamagedError(
                f"{self._name} is not a sound gzip file: it cannot be decompressed"
            ) from None
        left = self._inflate.unused_data if self.ended else self._inflate.unconsumed_tail
        self.is_new = self.is_new and not content
        self.step = min(2 * self.step, _MAX_STEP)
        return len(content) - len(left), text


def _end_of_padding(chunk: bytes, position: int) -> int:
    padding = _PADDING.match(chunk, position)
    return padding.end() if padding else position

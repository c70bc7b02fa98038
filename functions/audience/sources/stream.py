"""The bytes of an object, from any position, over as many connections as it takes, decompressed where needed."""

import time
import zlib
from collections.abc import Callable, Iterator
from http.client import HTTPException
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from urllib3.exceptions import HTTPError

from audience.aws.refusals import is_final
from audience.errors import SourceChangedError, SourceInterruptedError, SourceUnreadableError
from audience.sources.location import S3Location

CHUNK = 1 << 20
MAX_BREAKS = 5
GZIP_MAGIC = b"\x1f\x8b"
_GONE = frozenset({"PreconditionFailed", "NoSuchKey", "404", "412"})
_CUT = (BotoCoreError, HTTPError, HTTPException, OSError)


class ObjectStream:
    """One object of a known ETag: a read never mixes two generations of it."""

    def __init__(
        self, s3: Any, at: S3Location, size: int, etag: str, pause: Callable[[float], None] = time.sleep
    ) -> None:
        """Take the client, the object's place, size in bytes and ETag; `pause` (seconds) is for the tests."""
        self._s3 = s3
        self._at = at
        self._size = size
        self._etag = etag
        self._pause = pause
        self._gzip: bool | None = None

    def chunks(self, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """The bytes from `start` to before `end` (the object's end when left out), at most 1 MiB a chunk.

        Raises:
            SourceChangedError: the object is not what it was, or gone.
            SourceUnreadableError: it may not be read.
            SourceInterruptedError: the connection broke six times without a byte in between.
        """
        position, stop, breaks = start, self._size if end is None else end, 0
        while position < stop:
            try:
                for chunk in self._open(position, stop).iter_chunks(CHUNK):
                    position += len(chunk)
                    breaks = 0
                    yield chunk
                cause: Exception = HTTPException("the stream ended early")
            except _CUT as cut:
                cause = cut
            except ClientError as refused:
                cause = self._unless_final(refused)
            if position < stop:
                breaks += 1
                if breaks > MAX_BREAKS:
                    raise SourceInterruptedError(f"{self._at}: {cause}") from cause
                self._pause(0.1 * 2**breaks)

    def text(self, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """As `chunks`, decompressed where the object is gzip; positions are those of the decompressed bytes."""
        if not self.is_gzip():
            yield from self.chunks(start, end)
            return
        position = 0
        for chunk in inflated(self.chunks(), str(self._at)):
            skipped = max(0, start - position)
            position += len(chunk)
            if skipped < len(chunk):
                yield chunk[skipped:]

    def is_gzip(self) -> bool:
        """Whether the object begins as gzip does (RFC 1952), whatever its name."""
        if self._gzip is None:
            self._gzip = b"".join(self.chunks(0, min(len(GZIP_MAGIC), self._size))) == GZIP_MAGIC
        return self._gzip

    def _open(self, position: int, stop: int) -> Any:
        return self._s3.get_object(
            Bucket=self._at.bucket,
            Key=self._at.key,
            IfMatch=self._etag,
            Range=f"bytes={position}-{stop - 1}",
        )["Body"]

    def _unless_final(self, refused: ClientError) -> Exception:
        code = refused.response["Error"]["Code"]
        if code in _GONE:
            raise SourceChangedError(f"{self._at} was changed or deleted after the job began") from refused
        if is_final(refused):
            raise SourceUnreadableError(f"{self._at} cannot be read: {refused}") from refused
        return refused


def inflated(chunks: Iterator[bytes], name: str) -> Iterator[bytes]:
    """Decompress gzip of one or more members (RFC 1952), never more than 1 MiB at a time.

    Raises:
        SourceUnreadableError: the bytes are not gzip, or end in the middle.
    """
    member, fresh = zlib.decompressobj(wbits=31), True
    for chunk in chunks:
        rest = chunk.lstrip(b"\0") if fresh else chunk
        while rest:
            text = _decompressed(member, rest, name)
            fresh = False
            if text:
                yield text
            rest = member.unconsumed_tail
            if member.eof:
                rest = member.unused_data.lstrip(b"\0")  # padding after a member, as tar and tapes leave it
                member, fresh = zlib.decompressobj(wbits=31), True
    while not fresh and not member.eof:
        text = _decompressed(member, member.unconsumed_tail, name)
        if not text:
            raise SourceUnreadableError(f"{name} is not a sound gzip file: it ends in the middle")
        yield text


def _decompressed(member: Any, content: bytes, name: str) -> bytes:
    try:
        text: bytes = member.decompress(content, CHUNK)
    except zlib.error as wrong:
        raise SourceUnreadableError(f"{name} is not a sound gzip file: {wrong}") from wrong
    return text

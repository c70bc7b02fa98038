"""The bytes of an object from any position on, decompressed if gzip, over new connections if one breaks."""

import time
from collections.abc import Callable, Iterator
from http.client import HTTPException

from botocore.exceptions import BotoCoreError, ClientError
from urllib3.exceptions import HTTPError

from audience.aws.client_types import S3Client
from audience.aws.errors import is_final, is_forbidden, plain_message
from audience.errors import (
    SourceChangedError,
    SourceInterruptedError,
    SourceUnreadableError,
)
from audience.sources.gzip_text import CHUNK, GZIP_MAGIC, Garbage, inflated
from audience.sources.location import S3Location

MAX_BREAKS = 5
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
        self.garbage: Garbage | None = None  # known once the text has been read to its end

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

        Positions are those of the decompressed bytes. Where bytes follow that are no gzip, the text ends before them,
        and `garbage` tells of them.
        """
        if not self.is_gzip():
            yield from self.chunks(start, end)
            return
        position = 0

        def found_garbage(at: int) -> None:
            self.garbage = Garbage(position, self.size - at)

        for chunk in inflated(self.chunks(), str(self._at), found_garbage=found_garbage):
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

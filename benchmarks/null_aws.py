"""Stand-ins for AWS: a control table that keeps nothing, and S3 with a local file for every object."""

import resource
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

from audience.aws.client_types import S3Client, Table
from audience.jobs.model import JobKey
from audience.jobs.piece_store import PieceStore
from audience.jobs.store import JobStore

APP = "0" * 32
JOB = "1" * 32


class NullTable:
    """A control table that accepts every write and finds nothing."""

    def get_item(self, **_request: Any) -> dict[str, Any]:
        return {}

    def put_item(self, **_request: Any) -> dict[str, Any]:
        return {}

    def update_item(self, **_request: Any) -> dict[str, Any]:
        return {}


class LocalFile:
    """A range of a file, as the body of GetObject streams it."""

    def __init__(self, path: Path, first: int, last: int) -> None:
        self._path = path
        self._first = first
        self._left = last - first + 1

    def iter_chunks(self, size: int) -> Iterator[bytes]:
        with self._path.open("rb") as file:
            file.seek(self._first)
            while self._left and (chunk := file.read(min(size, self._left))):
                self._left -= len(chunk)
                yield chunk


class NullS3:
    """S3 with one local file under every key, which discards what is written."""

    def __init__(self, source: Path | None = None) -> None:
        self._source = source or Path()

    def get_object(self, *, Range: str, **_request: Any) -> dict[str, Any]:  # noqa: N803  (S3's name)
        first, last = map(int, Range.removeprefix("bytes=").split("-"))
        return {"Body": LocalFile(self._source, first, last)}

    def put_object(self, **_request: Any) -> dict[str, Any]:
        return {}

    def create_multipart_upload(self, **_request: Any) -> dict[str, Any]:
        return {"UploadId": "upload"}

    def upload_part(self, **_request: Any) -> dict[str, Any]:
        return {"ETag": "etag"}

    def complete_multipart_upload(self, **_request: Any) -> dict[str, Any]:
        return {}


def stores() -> tuple[JobStore, PieceStore]:
    """Return the stores of a job and its pieces, which keep nothing."""
    table = cast("Table", NullTable())
    return JobStore(table), PieceStore(table, JOB)


def null_s3(source: Path | None = None) -> S3Client:
    """Return an S3 client that reads one local file under every key, and discards what is written."""
    return cast("S3Client", NullS3(source))


def key(kind: Any) -> JobKey:
    """Return the key of the job that is measured."""
    return JobKey(APP, kind, JOB)


def print_cost() -> None:
    """Print this process's peak memory in MB and its CPU in seconds."""
    unit = 1 if sys.platform == "darwin" else 1024  # ru_maxrss is in bytes there, in KiB on Linux
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
    print(peak / 1e6, time.process_time())

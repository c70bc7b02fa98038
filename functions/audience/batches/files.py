"""The files of a batch, written as their rows come."""

import hashlib
from contextlib import ExitStack
from dataclasses import dataclass, field
from types import TracebackType
from typing import Literal, Protocol, Self, TypedDict

import orjson

from audience.aws.client_types import S3Client
from audience.aws.upload import SMALL_PART, Upload
from audience.batches.columns import Struct, XdmRow

FileFormat = Literal["parquet", "json"]  # json is newline-delimited
SUFFIXES: dict[str, str] = {"parquet": ".parquet", "json": ".ndjson"}
_TYPES: dict[str, str] = {"parquet": "application/vnd.apache.parquet", "json": "application/x-ndjson"}
# Bytes after which a file is closed: readers fetch files one by one.
MAX_FILE_BYTES = 100 << 20


class WrittenFile(TypedDict):
    """A complete file of a batch: its key, rows, size in bytes, and the SHA-256 of its content in hex."""

    batch: str
    key: str
    rows: int
    bytes: int
    sha256: str


class Encoder(Protocol):
    """Turns rows into a file's bytes."""

    def write(self, row: XdmRow) -> None:
        """Add a row."""

    def close(self) -> None:
        """Write what is still buffered."""


class Sink:
    """A file object for pyarrow that writes to an upload and computes the checksum."""

    def __init__(self, upload: Upload) -> None:
        """Keep the upload that bytes are passed on to."""
        self._upload = upload
        self.digest = hashlib.sha256()
        self.closed = False

    def write(self, content: bytes) -> int:
        """Pass bytes on; return how many they were."""
        whole = bytes(content)
        self.digest.update(whole)
        self._upload.write(whole)
        return len(whole)

    def tell(self) -> int:
        """Return how many bytes have been written."""
        return self._upload.size

    def flush(self) -> None:
        """Do nothing: the upload sends its parts when they are full."""

    def close(self) -> None:
        """Refuse further bytes."""
        self.closed = True


class NdjsonEncoder:
    """One JSON object a line."""

    def __init__(self, sink: Sink) -> None:
        """Keep the file object that lines are written to."""
        self._sink = sink

    def write(self, row: XdmRow) -> None:
        """Add a line."""
        self._sink.write(orjson.dumps(row) + b"\n")

    def close(self) -> None:
        """Do nothing: the last line is complete already."""


class BatchFile:
    """One file of a batch; nothing of it is visible before the block ends without an error."""

    def __init__(
        self, s3: S3Client, bucket: str, batch: str, key: str, columns: Struct, file_format: FileFormat
    ) -> None:
        """Keep the client, where the file goes, the batch it belongs to, and how rows are encoded."""
        self._batch, self._key = batch, key
        self._upload = Upload(s3, bucket, key, _TYPES[file_format], SMALL_PART)
        self._sink = Sink(self._upload)
        self._encoder = _encoder(self._sink, columns, file_format)
        self._rows = 0

    def __enter__(self) -> Self:
        """Begin; nothing is sent yet."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Complete the file, or leave nothing of it where the block failed."""
        with self._upload:
            if error is not None:
                raise error
            self._encoder.close()

    def write(self, row: XdmRow) -> None:
        """Add a row."""
        self._encoder.write(row)
        self._rows += 1

    @property
    def size(self) -> int:
        """Return the bytes written so far, without rows that wait to be encoded."""
        return self._upload.size

    @property
    def written(self) -> WrittenFile:
        """Return what the manifest says of the file, once it is complete."""
        return {
            "batch": self._batch,
            "key": self._key,
            "rows": self._rows,
            "bytes": self._upload.size,
            "sha256": self._sink.digest.hexdigest(),
        }


@dataclass
class BatchFiles:
    """The files of one interval, one for each batch that has rows."""

    s3: S3Client
    bucket: str
    folder: str  # of the dataset, with a slash at its end
    columns: Struct
    file_format: FileFormat
    name: str  # of the files, without their suffix
    _open: dict[str, BatchFile] = field(default_factory=dict)
    _stack: ExitStack = field(default_factory=ExitStack)

    def write(self, batch: str, row: XdmRow) -> None:
        """Add a row to a batch's file."""
        if batch not in self._open:
            key = f"{self.folder}{batch}/{self.name}{SUFFIXES[self.file_format]}"
            made = BatchFile(self.s3, self.bucket, batch, key, self.columns, self.file_format)
            self._open[batch] = self._stack.enter_context(made)
        self._open[batch].write(row)

    @property
    def full(self) -> bool:
        """Return whether one of the files has reached MAX_FILE_BYTES bytes."""
        return any(file.size >= MAX_FILE_BYTES for file in self._open.values())

    def __enter__(self) -> Self:
        """Begin; nothing is written yet."""
        self._stack.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Complete all files, or leave nothing of any where the block failed."""
        self._stack.__exit__(kind, error, trace)

    @property
    def written(self) -> list[WrittenFile]:
        """Return what the manifests say of the files, once they are complete."""
        return [file.written for file in self._open.values()]


def _encoder(sink: Sink, columns: Struct, file_format: FileFormat) -> Encoder:
    if file_format == "json":
        return NdjsonEncoder(sink)
    from audience.batches.parquet import ParquetEncoder  # noqa: PLC0415 - a third of a second, for who needs it

    return ParquetEncoder(sink, columns)

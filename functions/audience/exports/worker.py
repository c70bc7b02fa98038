"""The work on one piece of an export: file after file, each recorded before the next begins."""

import gzip
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import orjson
from botocore.exceptions import ClientError

from audience.aws.refusals import is_final
from audience.aws.upload import Upload
from audience.errors import DestinationUnwritableError, PieceOvertakenError
from audience.exports.plan import ShardPiece
from audience.jobs.model import JobKey
from audience.jobs.pieces import Checkpoint, PieceRecord, PieceStore
from audience.jobs.store import JobStore
from audience.sources.location import S3Location

Document = dict[str, Any]
# A file for whoever reads them one by one: some 100 MB of compressed JSON.
MAX_FILE = 100 << 20
# What an import of the whole prefix takes for JSON (audience.sources.listing).
SUFFIX = ".json.gz"


@dataclass(frozen=True)
class Worker:
    """What a piece needs: the job, the destination, and the documents of a shard after an id."""

    key: JobKey
    jobs: JobStore
    pieces: PieceStore
    s3: Any
    destination: S3Location
    documents: Callable[[int, str], Iterator[Document]]

    def run(self, piece: ShardPiece, may_go_on: Callable[[], bool], until: int) -> bool:
        """Write the piece's files until it is done, time is up, or the job is stopped.

        `until`, in seconds since 1970, is when this worker is dead at the latest.

        Returns:
            Whether it is done; where not, another invocation can go on from the checkpoint.
        """
        record = self.pieces.begin(piece["index"], until)
        try:
            while record.status != "DONE" and may_go_on():
                record = self._file(piece, record, may_go_on)
        finally:
            self.pieces.leave(piece["index"])
        return record.status == "DONE"

    def _file(self, piece: ShardPiece, record: PieceRecord, may_go_on: Callable[[], bool]) -> PieceRecord:
        """Write one file. Its name follows from the piece and the checkpoint: done again, it replaces itself."""
        part = f"{piece['index']:04d}-{record.stretches:04d}"
        name = f"{self.destination.key}{self.key.job_id}-{part}{SUFFIX}"
        lines = _Lines(self._from(piece, record.checkpoint), record.checkpoint)
        if lines.any() or record.attempts > 1:
            self._write(name, lines, may_go_on)
        after = record.after(at=lines.checkpoint, done=lines.ended, processed=lines.count)
        try:
            self.pieces.record(after)
        except PieceOvertakenError:
            return self.pieces.get(piece["index"])
        self.jobs.count(self.key, CompletedPieces=int(lines.ended), TotalProcessed=lines.count)
        return after

    def _write(self, name: str, lines: "_Lines", may_go_on: Callable[[], bool]) -> None:
        try:
            with (
                Upload(self.s3, self.destination.bucket, name, "application/gzip") as upload,
                gzip.GzipFile(fileobj=upload, mode="wb", compresslevel=6, mtime=0) as file,  # type: ignore[call-overload]
            ):
                while (line := lines.next()) is not None:
                    file.write(line)
                    if upload.size >= MAX_FILE or not may_go_on():
                        break
        except ClientError as refused:
            raise unwritable(refused, name) from refused

    def _from(self, piece: ShardPiece, at: Checkpoint) -> Iterator[tuple[Checkpoint, Document]]:
        after = at.after
        for number in range(at.source, len(piece["shards"])):
            for document in self.documents(piece["shards"][number], after):
                yield Checkpoint(source=number, after=document["Id"]), document
            after = ""


class _Lines:
    """The documents as lines of a file, and how far they have been taken."""

    def __init__(self, documents: Iterator[tuple[Checkpoint, Document]], at: Checkpoint) -> None:
        self._documents = documents
        self._next = next(documents, None)
        self.checkpoint = at
        self.count = 0

    @property
    def ended(self) -> bool:
        return self._next is None

    def any(self) -> bool:
        return self._next is not None

    def next(self) -> bytes | None:
        if self._next is None:
            return None
        self.checkpoint, document = self._next
        self._next = next(self._documents, None)
        self.count += 1
        return orjson.dumps(document) + b"\n"


def write_empty(s3: Any, destination: S3Location, key: JobKey) -> None:
    """The one file of an empty export: consumers read the listing's `Contents` unguarded.

    Raises:
        DestinationUnwritableError: the destination refuses it.
    """
    name = f"{destination.key}{key.job_id}{SUFFIX}"
    try:
        s3.put_object(
            Bucket=destination.bucket,
            Key=name,
            Body=gzip.compress(b"", mtime=0),
            ContentType="application/gzip",
        )
    except ClientError as refused:
        raise unwritable(refused, name) from refused


def unwritable(refused: ClientError, name: str) -> Exception:
    """What a refused write comes to: for good where the customer must change something."""
    if is_final(refused):
        return DestinationUnwritableError(f"{name} cannot be written: {refused}")
    return refused

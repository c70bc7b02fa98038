"""The work on a piece of an export: each file is claimed, completed and counted before the next.

Two workers on one piece may stop at different places, and files in the customer's bucket can't be taken back. So a
file is written as an upload that nobody sees; the piece's record says whose it is; only that one is completed.
"""

import gzip
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any

import orjson
from botocore.exceptions import ClientError

from audience.aws.client_types import S3Client
from audience.aws.errors import is_final, plain_message
from audience.aws.upload import (
    SMALL_PART,
    PendingUpload,
    PendingUploadWriter,
    abort_pending,
    complete_pending,
)
from audience.endpoints.documents import Document, endpoint_response
from audience.errors import DestinationUnwritableError, PieceOvertakenError
from audience.exports.plan import Documents, ShardPiece
from audience.gzip_member import GzipMember
from audience.jobs.model import JobKey
from audience.jobs.piece_runner import run_piece
from audience.jobs.piece_store import PieceStore
from audience.jobs.pieces import Checkpoint, PieceRecord
from audience.jobs.store import JobStore
from audience.sources.location import S3Location

# Bytes of compressed JSON after which a file is closed: readers fetch files one by one.
MAX_FILE_BYTES = 100 << 20
# What an import of the whole prefix takes for JSON (audience.sources.listing).
SUFFIX = ".json.gz"


class PendingFile(PendingUpload):
    """A file that a piece's record claims: only the upload that it names is completed.

    `begin` is the checkpoint that the file goes on from, `rows` how many it has, and `done` whether it is the last.
    """

    begin: dict[str, Any]
    rows: int
    done: bool


@dataclass(frozen=True)
class ExportWorker:
    """Writes the files of one job's pieces: `documents` reads those of a shard that come after an id."""

    key: JobKey
    jobs: JobStore
    pieces: PieceStore
    s3: S3Client
    destination: S3Location
    documents: Documents

    def run(self, piece: ShardPiece, may_go_on: Callable[[], bool], deadline: int) -> bool:
        """Write the piece's files; see audience.jobs.piece_runner for what is given and returned."""

        def step(record: PieceRecord) -> PieceRecord:
            return self._completed(record) if record.pending else self._claimed(piece, record, may_go_on)

        return run_piece(self.pieces, piece["index"], may_go_on, deadline, step)

    def _claimed(self, piece: ShardPiece, record: PieceRecord, may_go_on: Callable[[], bool]) -> PieceRecord:
        """Write a file and claim it; if another worker was faster, its file counts and this one is dropped."""
        lines = _Lines(self._from(piece, record.checkpoint), record.checkpoint, self.key.application_id)
        if not lines.any():
            return self._recorded(record.after(at=record.checkpoint, done=True, processed=0))
        # A file is named by where it begins: writing it again, where its upload was lost, takes its own place.
        upload = self._write(f"{piece['index']:04d}-{record.checkpoint.file:04d}", lines, may_go_on)
        begin = asdict(record.checkpoint)
        file: PendingFile = {**upload, "begin": begin, "rows": lines.count, "done": lines.ended}
        reached = replace(lines.checkpoint, file=record.checkpoint.file + 1)
        after = replace(record.after(at=reached, done=False, processed=0), pending=dict(file))
        try:
            self.pieces.record(after)
        except PieceOvertakenError:
            abort_pending(self.s3, self.destination.bucket, upload)
            return self.pieces.get(piece["index"])
        return after

    def _completed(self, record: PieceRecord) -> PieceRecord:
        """Complete the claimed file and count its rows, or give up the claim of a lost upload."""
        claim: Any = record.pending
        try:
            completed = complete_pending(self.s3, self.destination.bucket, claim)
        except ClientError as refused:
            raise unwritable(refused, claim["key"]) from refused
        if not completed:
            again = record.after(at=Checkpoint(**claim["begin"]), done=False, processed=0)
            return self._recorded(replace(again, pending=None))
        after = record.after(at=record.checkpoint, done=claim["done"], processed=claim["rows"])
        return self._recorded(replace(after, pending=None), claim["rows"])

    def _recorded(self, after: PieceRecord, rows: int = 0) -> PieceRecord:
        try:
            self.pieces.record(after)
        except PieceOvertakenError:
            return self.pieces.get(after.index)
        self.jobs.count(self.key, completed_pieces=int(after.status == "DONE"), total_processed=rows)
        return after

    def _write(self, part: str, lines: "_Lines", may_go_on: Callable[[], bool]) -> PendingUpload:
        name = f"{self.destination.key}{self.key.job_id}-{part}{SUFFIX}"
        try:
            with (
                PendingUploadWriter(
                    self.s3, self.destination.bucket, name, "application/gzip", SMALL_PART
                ) as upload,
                GzipMember(upload) as file,
            ):
                while (line := lines.next()) is not None:
                    file.write(line)
                    if upload.size >= MAX_FILE_BYTES or not may_go_on():
                        break
        except ClientError as refused:
            raise unwritable(refused, name) from refused
        return upload.pending

    def _from(self, piece: ShardPiece, at: Checkpoint) -> Iterator[tuple[int, Document]]:
        """Yield the documents from a checkpoint on, each with the place of its shard in the piece."""
        after = at.after
        for number in range(at.source, len(piece["shards"])):
            for document in self.documents(piece["shards"][number], after):
                yield number, document
            after = ""


class _Lines:
    """The lines of a file, one for each document, and how many of them have been read."""

    def __init__(
        self, documents: Iterator[tuple[int, Document]], at: Checkpoint, application_id: str
    ) -> None:
        self._documents = documents
        self._next = next(documents, None)
        self._read: tuple[int, Document] | None = None
        self._begin = at
        self._application_id = application_id
        self.count = 0

    @property
    def checkpoint(self) -> Checkpoint:
        if self._read is None:
            return self._begin
        source, document = self._read
        return Checkpoint(source=source, after=document["Id"])

    @property
    def ended(self) -> bool:
        return self._next is None

    def any(self) -> bool:
        return self._next is not None

    def next(self) -> bytes | None:
        if self._next is None:
            return None
        self._read = self._next
        self._next = next(self._documents, None)
        self.count += 1
        document = endpoint_response(self._read[1], self._application_id)
        return orjson.dumps(document, option=orjson.OPT_APPEND_NEWLINE)


def write_empty(s3: S3Client, destination: S3Location, key: JobKey) -> None:
    """Write the one file of an empty export, for clients that expect to find a file below the prefix.

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
    """Return the error for a refused write: permanent if the customer must change something."""
    if is_final(refused):
        return DestinationUnwritableError(f"{name} cannot be written: {plain_message(refused)}")
    return refused

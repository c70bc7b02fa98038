"""Piece records: what became of each piece of a job; the job's counts are made of them."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any
from uuid import uuid4

from botocore.exceptions import ClientError

from audience.aws.items import plain, query_all, storable
from audience.errors import PieceOvertakenError
from audience.jobs.faults import OpenSource, SourceFault
from audience.jobs.file_names import FileNames

_NOT_GONE_ON = "attribute_not_exists(pk) OR intervals = :before"
_NAMES = ("member_runs", "failure_files")


@dataclass(frozen=True)
class Checkpoint:
    """How far a piece has come: the next byte to read, of which source, and its line number."""

    source: int = 0
    offset: int = -1  # bytes from the start of the (decompressed) object; -1: the source's own start
    line: int = 0
    after: str = ""  # exports: the last endpoint id that was written of the shard
    file: int = 0  # exports: how many files the piece has written before this point


@dataclass(frozen=True)
class PieceRecord:
    """One piece: rows done so far, the files its intervals left in the bucket, and how it ended."""

    index: int
    status: str = "RUNNING"  # RUNNING, DONE, FAILED
    checkpoint: Checkpoint = field(default_factory=Checkpoint)
    processed: int = 0
    failed: int = 0
    member_runs: FileNames = field(default_factory=FileNames)
    failure_files: FileNames = field(default_factory=FileNames)
    intervals: int = 0
    attempts: int = 0
    busy_until: int = 0  # seconds since 1970: until then a worker may be at it; 0 when it has left
    reason: str = ""
    pending: dict[str, Any] | None = (
        None  # exports: the file it claims, see audience.exports.worker.PendingFile
    )
    # Which call recorded the last checkpoint: a call whose answer was lost knows its own record by it.
    recorded_by: str = field(default="", compare=False)
    # Profile exports: audience.batches.files.WrittenFile.
    written: list[dict[str, Any]] = field(default_factory=list)
    namespaces: dict[str, int] = field(default_factory=dict)  # profile exports: rows by identity namespace
    over: bool = False  # imports: nothing is left to read; FAILED where a source could not be read to its end
    opened: OpenSource = field(default_factory=OpenSource)  # imports: of the source at the checkpoint
    faults: list[SourceFault] = field(default_factory=list)  # imports: in the order they were met

    @property
    def ended(self) -> bool:
        """Return whether there is nothing left to do, because the piece is done or failed."""
        return self.over or self.status == "DONE"

    def after(
        self,
        *,
        at: Checkpoint,
        done: bool,
        processed: int,
        failed: int = 0,
        runs: Sequence[str] = (),
        failures: Sequence[str] = (),
    ) -> "PieceRecord":
        """Return the record after one more interval of work."""
        return replace(
            self,
            status="DONE" if done else "RUNNING",
            checkpoint=at,
            processed=self.processed + processed,
            failed=self.failed + failed,
            member_runs=self.member_runs.plus(runs),
            failure_files=self.failure_files.plus(failures),
            intervals=self.intervals + 1,
            reason="",
        )


class PieceStore:
    """Piece records of one job in the control table."""

    def __init__(self, table: Any, job_id: str) -> None:
        """Keep the control table (a boto3 Table) and the job whose pieces these are."""
        self._table = table
        self._partition = f"PIECES#{job_id}"

    def get(self, index: int) -> PieceRecord:
        """Return the piece's record; a fresh one if nothing has been recorded yet."""
        item = self._table.get_item(Key=self._key(index), ConsistentRead=True).get("Item")
        return _piece(plain(item)) if item else PieceRecord(index)

    def begin(self, index: int, deadline: int) -> PieceRecord:
        """Note that a worker, whose deadline is `deadline`, begins (again) on the piece; return its record.

        `deadline` is in seconds since 1970.
        """
        piece = self.get(index)
        begun = replace(piece, attempts=piece.attempts + 1, busy_until=deadline)
        try:
            self._put(begun, _NOT_GONE_ON, piece.intervals)
        except PieceOvertakenError:
            return self.begin(index, deadline)
        return begun

    def leave(self, index: int) -> None:
        """Note that the worker has left the piece."""
        self._table.update_item(
            Key=self._key(index),
            UpdateExpression="SET busy_until = :none",
            ConditionExpression="attribute_exists(pk)",
            ExpressionAttributeValues={":none": 0},
        )

    def record(self, piece: PieceRecord) -> None:
        """Store the record that follows one more interval.

        Raises:
            PieceOvertakenError: another run of the same piece recorded this interval first: its files count.
        """
        token = uuid4().hex
        try:
            self._put(replace(piece, recorded_by=token), _NOT_GONE_ON, piece.intervals - 1)
        except PieceOvertakenError:
            # The write may have taken effect before its answer was lost: then its second try is the one refused.
            if self.get(piece.index).recorded_by != token:
                raise

    def fail(self, piece: PieceRecord, reason: str) -> bool:
        """Mark the piece failed with its reason, unless it is done or has gone on meanwhile."""
        failed = replace(piece, status="FAILED", reason=reason)
        try:
            self._put(failed, _NOT_GONE_ON, piece.intervals)
        except PieceOvertakenError:
            return False
        return True

    def all(self) -> list[PieceRecord]:
        """Return the recorded pieces in the order of the plan."""
        items = query_all(
            self._table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": self._partition},
            ConsistentRead=True,
        )
        return [_piece(item) for item in items]

    def _put(self, piece: PieceRecord, condition: str, before: int) -> None:
        try:
            self._table.put_item(
                Item={**self._key(piece.index), **_stored(piece)},
                ConditionExpression=condition,
                ExpressionAttributeValues={":before": before},
            )
        except ClientError as refused:
            if refused.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise
            raise PieceOvertakenError(f"piece {piece.index} has gone on meanwhile") from refused

    def _key(self, index: int) -> dict[str, str]:
        return {"pk": self._partition, "sk": f"{index:08d}"}


def _stored(piece: PieceRecord) -> dict[str, Any]:
    names = {name: getattr(piece, name).stored() for name in _NAMES}
    plain_members: dict[str, Any] = storable({**asdict(piece), **names})
    return plain_members


def _piece(item: dict[str, Any]) -> PieceRecord:
    members = {name: value for name, value in item.items() if name not in {"pk", "sk"}}
    members["checkpoint"] = Checkpoint(**item["checkpoint"])
    members["opened"] = OpenSource(**item.get("opened", {}))
    members["faults"] = [SourceFault(**fault) for fault in item.get("faults", [])]
    members |= {name: FileNames.read(item[name]) for name in _NAMES}
    return PieceRecord(**members)


def owner_of(event: Mapping[str, Any]) -> str:
    """Return the owner of a map child's pieces: its job, or the evaluation before it (`stage`)."""
    job_id: str = event["job_id"]
    return evaluation_of(job_id) if event.get("stage") == "EVALUATION" else job_id


def evaluation_of(job_id: str) -> str:
    """Return the owner of the pieces in which a job's segments are evaluated.

    They are no part of the job's counts.
    """
    return f"{job_id}-evaluation"

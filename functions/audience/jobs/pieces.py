"""Piece records: what became of each piece of a job, and the job's counts, which are made of them alone."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Self

from audience.aws.control_table import Item
from audience.ignored_names import first_names
from audience.jobs.file_names import FileNames

_FILE_NAMES = ("member_runs", "failure_files")
# A piece has 500 sources at most, whose names come to 100 KB; with this much for each reason its record stays far
# below DynamoDB's 400 KB.
MAX_REASON = 200


@dataclass(frozen=True)
class Checkpoint:
    """How far a piece has come: the next byte to read, of which source, and its line number."""

    source: int = 0
    offset: int = -1  # bytes from the start of the (decompressed) object; -1: the source's own start
    line: int = 0
    after: str = ""  # exports: the last endpoint id that was written of the shard
    file: int = 0  # exports: how many files the piece has written before this point


@dataclass(frozen=True)
class SourceFault:
    """A source that ended before its end: the rows before that count until it is planned again."""

    source: int  # its number in the piece
    place: str  # s3://bucket/key
    reason: str
    processed: int = 0
    failed: int = 0

    def __str__(self) -> str:
        """Return the fault as the job tells it."""
        return f"{self.place} {self.reason}"


@dataclass(frozen=True)
class OpenSource:
    """The rows so far of the source that a piece is in the middle of."""

    processed: int = 0
    failed: int = 0


@dataclass(frozen=True)
class PieceRecord:
    """The record of one piece: rows done so far, the files its intervals left in the bucket, and how it ended."""

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
    ignored: list[str] = field(default_factory=list)  # imports: columns and members, the first 100 in order
    skipped: list[str] = field(
        default_factory=list
    )  # imports: files that are not of the format, with the reason
    was_read: bool = False  # imports: whether a source was read to its end

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
    ) -> Self:
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

    def to_item(self) -> Item:
        """Return the record as its item in the control table, without the keys."""
        return {**asdict(self), **{name: getattr(self, name).stored() for name in _FILE_NAMES}}

    @classmethod
    def from_item(cls, item: Item) -> Self:
        """Return the record of an item of the control table, given without its keys."""
        members = dict(item)
        members["checkpoint"] = Checkpoint(**item["checkpoint"])
        members["opened"] = OpenSource(**item.get("opened", {}))
        members["faults"] = [SourceFault(**fault) for fault in item.get("faults", [])]
        members |= {name: FileNames.read(item[name]) for name in _FILE_NAMES}
        return cls(**members)


def reason_at(place: str, error: Exception) -> str:
    """Say why a source ended in one short line, without its name."""
    reason = " ".join(str(error).removeprefix(place).split())
    return reason if len(reason) <= MAX_REASON else f"{reason[: MAX_REASON - 1]}…"


def totals(pieces: Iterable[PieceRecord], piece_count: int) -> dict[str, Any]:
    """Return a job's counters, by its fields' names, for `piece_count` planned pieces.

    A piece that never recorded its end has failed.
    """
    records = list(pieces)
    done = sum(piece.status == "DONE" for piece in records)
    return {
        "total_pieces": piece_count,
        "completed_pieces": done,
        "failed_pieces": piece_count - done,
        "total_processed": sum(piece.processed for piece in records),
        "total_failures": sum(piece.failed for piece in records),
    }


def ignored_fields(pieces: Iterable[PieceRecord]) -> dict[str, list[str]]:
    """Return the job's field of ignored columns and members, in order; nothing where there are none."""
    names = first_names(*(piece.ignored for piece in pieces))
    return {"ignored_fields": names} if names else {}


def totals_of_cancelled(pieces: Iterable[PieceRecord], piece_count: int) -> dict[str, Any]:
    """Return the `totals` of a cancelled job: what was not done (to the end) is not counted as failed."""
    records = list(pieces)
    found = totals(records, piece_count)
    failed = sum(piece.status == "FAILED" for piece in records)
    return {**found, "failed_pieces": failed, "not_attempted_pieces": found["failed_pieces"] - failed}


def piece_failures(pieces: Iterable[PieceRecord], piece_count: int) -> list[str]:
    """Return why pieces were not done, in plan order: a line for each source at fault, else one."""
    records = {piece.index: piece for piece in pieces}
    found = []
    for index in range(piece_count):
        piece = records.get(index, PieceRecord(index))
        if piece.status != "DONE":
            reasons = [str(fault) for fault in piece.faults]
            if not piece.over:
                reasons.append(piece.reason or "its worker did not come to an end")
            found += [f"piece {index + 1} of {piece_count} was not completed: {reason}" for reason in reasons]
    return found


def owner_of(event: Mapping[str, Any]) -> str:
    """Return the owner of a map child's pieces: its job, or the evaluation before it (`stage`)."""
    job_id: str = event["job_id"]
    return evaluation_of(job_id) if event.get("stage") == "EVALUATION" else job_id


def evaluation_of(job_id: str) -> str:
    """Return the owner of the pieces in which a job's segments are evaluated.

    They are no part of the job's counts.
    """
    return f"{job_id}-evaluation"

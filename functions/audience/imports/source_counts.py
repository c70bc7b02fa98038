"""A piece's record kept source by source, so that what a source counted can be subtracted again."""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from audience.jobs.file_names import FileNames
from audience.jobs.pieces import Checkpoint, OpenSource, PieceRecord, SourceFault


@dataclass(frozen=True)
class SourcePart:
    """What one interval did of one source: rows, whether it has ended, and why if that was too early."""

    source: int
    place: str
    processed: int
    failed: int
    ended: bool
    fault: str = ""


def after_interval(
    piece: PieceRecord,
    at: Checkpoint,
    parts: Sequence[SourcePart],
    *,
    done: bool,
    runs: FileNames,
    failures: FileNames,
) -> PieceRecord:
    """Return the record that follows one more interval.

    Args:
        piece: the record before it.
        at: where the next interval begins.
        parts: what was done of each source, in source order.
        done: whether nothing of the piece is left to read.
        runs: the membership files that count from now on, those of `piece` among them.
        failures: the failure files, likewise.
    """
    processed, failed = sum(part.processed for part in parts), sum(part.failed for part in parts)
    after = piece.after(at=at, done=done, processed=processed, failed=failed)
    opened, met = _accounted(piece.opened, parts)
    faults = [*piece.faults, *met]
    return replace(
        after,
        status="FAILED" if done and faults else after.status,
        member_runs=runs,
        failure_files=failures,
        over=done,
        opened=opened,
        faults=faults,
    )


def replanned(piece: PieceRecord, sources: Container[int], still: Mapping[int, str]) -> PieceRecord:
    """Subtract what failed sources counted, because they are read again from their beginning.

    It counts as an interval: a worker of the run before cannot record anything after it.

    Args:
        piece: the record as it is.
        sources: the numbers of the failed sources that have been planned again.
        still: the reasons, by their number, of those that cannot be.
    """
    again = [fault for fault in piece.faults if fault.source in sources]
    left = [fault for fault in piece.faults if fault.source not in sources]
    return replace(
        piece,
        status="RUNNING" if again else piece.status,
        over=piece.over and not again,
        processed=piece.processed - sum(fault.processed for fault in again),
        failed=piece.failed - sum(fault.failed for fault in again),
        member_runs=piece.member_runs.without(sources),
        failure_files=piece.failure_files.without(sources),
        faults=[replace(fault, reason=still.get(fault.source, fault.reason)) for fault in left],
        intervals=piece.intervals + 1,
    )


def _accounted(before: OpenSource, parts: Iterable[SourcePart]) -> tuple[OpenSource, list[SourceFault]]:
    """Return what is open after an interval that began with `before` open, and the faults it met."""
    opened, faults = before, []
    for part in parts:
        rows = OpenSource(opened.processed + part.processed, opened.failed + part.failed)
        if part.fault:
            faults.append(SourceFault(part.source, part.place, part.fault, rows.processed, rows.failed))
        opened = OpenSource() if part.ended else rows
    return opened, faults

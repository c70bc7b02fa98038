"""Results by source: what an interval did with each source, and how a piece's record counts it.

A source that failed can be read again from its beginning (audience.imports.replan). Then its counts are subtracted and
its files no longer count, so both are kept apart until a source has been read to its end.
"""

from bisect import bisect_left
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TypeVar

from audience.errors import SourceNotOfFormatError
from audience.imports.failures import Failure
from audience.jobs.file_names import OF_NO_SOURCE, FileNames
from audience.jobs.pieces import Checkpoint, OpenSource, PieceRecord, SourceFault, reason_at
from audience.jobs.skipped_files import first_skipped
from audience.segments.members import Member

T = TypeVar("T")


@dataclass(frozen=True)
class SourceCounts:
    """The rows that an interval read of one source, and whether and why the source ended."""

    source: int
    place: str
    processed: int
    failed: int
    ended: bool
    fault: str = ""
    skipped: str = ""  # why the source is none of the job's format

    @property
    def was_read(self) -> bool:
        """Return whether the source has been read to its end."""
        return self.ended and not (self.fault or self.skipped)


@dataclass
class SourceResult:
    """What an interval did with one source; `first_row` is the number of its first row in the interval."""

    number: int
    place: str
    first_row: int
    ended: bool = False
    fault: str = ""
    skipped: str = ""
    members: list[Member] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)

    @property
    def file_owner(self) -> int:
        """Return the source that the files belong to: its number, or OF_NO_SOURCE once it was read to its end."""
        return OF_NO_SOURCE if self.ended and not self.fault else self.number

    def end_early(self, error: Exception) -> None:
        """End the source before its end: skipped where it cannot be of the job's format, else with a fault."""
        self.ended, reason = True, reason_at(self.place, error)
        if isinstance(error, SourceNotOfFormatError):
            self.skipped = reason
        else:
            self.fault = reason

    def counts(self, processed: int) -> SourceCounts:
        """Return the counts, given how many rows were processed."""
        failed = len(self.failures)
        return SourceCounts(self.number, self.place, processed, failed, self.ended, self.fault, self.skipped)


@dataclass(frozen=True)
class OutputGroup:
    """Members and failures that are written to the same files, in source order.

    `source` is the number of the source they are of, or OF_NO_SOURCE where all their sources have been read to their
    end and need not be told apart.
    """

    source: int
    members: list[Member]
    failures: list[Failure]


def assign_to_sources(
    results: Sequence[SourceResult],
    rows: int,
    members: list[tuple[int, Member]],
    failures: list[tuple[int, Failure]],
) -> None:
    """Give each source its members and failures, which come with their row's place among all `rows`."""
    members.sort(key=_row)
    failures.sort(key=_row)
    bounds = [*(result.first_row for result in results), rows]
    for result, (first, stop) in zip(results, pairwise(bounds), strict=True):
        result.members = _between(members, first, stop)
        result.failures = _between(failures, first, stop)


def output_groups(results: Iterable[SourceResult]) -> list[OutputGroup]:
    """Return all members and failures in source order; neighbouring sources that ended share a group."""
    groups: list[OutputGroup] = []
    for result in results:
        if not groups or groups[-1].source != result.file_owner:
            groups.append(OutputGroup(result.file_owner, [], []))
        groups[-1].members.extend(result.members)
        groups[-1].failures.extend(result.failures)
    return groups


def after_interval(
    piece: PieceRecord,
    at: Checkpoint,
    counts: Sequence[SourceCounts],
    *,
    done: bool,
    runs: FileNames,
    failures: FileNames,
) -> PieceRecord:
    """Return the record of a piece after one more interval.

    Args:
        piece: the record before the interval.
        at: where the next interval begins.
        counts: what the interval read of each source, in source order.
        done: whether nothing of the piece is left to read.
        runs: the membership files that count from now on, those of `piece` among them.
        failures: the failure files, likewise.
    """
    processed, failed = sum(each.processed for each in counts), sum(each.failed for each in counts)
    after = piece.after(at=at, done=done, processed=processed, failed=failed)
    opened, new_faults = _open_and_faults(piece.opened, counts)
    faults = [*piece.faults, *new_faults]
    return replace(
        after,
        status="FAILED" if done and faults else after.status,
        member_runs=runs,
        failure_files=failures,
        over=done,
        opened=opened,
        faults=faults,
        skipped=first_skipped(
            [*piece.skipped, *(f"{each.place}: {each.skipped}" for each in counts if each.skipped)]
        ),
        was_read=piece.was_read or any(each.was_read for each in counts),
    )


def replanned(piece: PieceRecord, sources: Container[int], reasons: Mapping[int, str]) -> PieceRecord:
    """Return the record of a piece without the counts of failed sources.

    These are read again from their beginning. The change counts as an interval, so that a worker of the run before
    cannot record anything after it.

    Args:
        piece: the record as it is.
        sources: the numbers of the failed sources that have been planned again.
        reasons: why others cannot be planned again, by their number.
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
        faults=[replace(fault, reason=reasons.get(fault.source, fault.reason)) for fault in left],
        intervals=piece.intervals + 1,
    )


def _open_and_faults(
    before: OpenSource, counts: Iterable[SourceCounts]
) -> tuple[OpenSource, list[SourceFault]]:
    """Return the counts of the source that is open after an interval, and the interval's faults.

    `before` has the counts of the source that was open when the interval began.
    """
    opened, faults = before, []
    for each in counts:
        rows = OpenSource(opened.processed + each.processed, opened.failed + each.failed)
        if each.fault:
            faults.append(SourceFault(each.source, each.place, each.fault, rows.processed, rows.failed))
        opened = OpenSource() if each.ended else rows
    return opened, faults


def _row(entry: tuple[int, T]) -> int:
    return entry[0]


def _between(entries: list[tuple[int, T]], first: int, stop: int) -> list[T]:
    low, high = (bisect_left(entries, bound, key=_row) for bound in (first, stop))
    return [value for _, value in entries[low:high]]

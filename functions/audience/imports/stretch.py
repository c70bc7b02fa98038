"""A stretch: as many rows of a piece as go between two checkpoints."""

from collections.abc import Callable, Iterator
from threading import Lock
from typing import NamedTuple, Protocol

from audience.endpoints.rows import Row, RowInvalidError
from audience.errors import SourceChangedError, SourceInterruptedError, SourceUnreadableError
from audience.imports.failures import Failure
from audience.imports.lanes import Lanes
from audience.imports.reader import SourceReader
from audience.jobs.pieces import Checkpoint
from audience.segments.members import Member
from audience.sources.records import Record

# Between two checkpoints a worker holds the members and the failures of so many rows, or of so many bytes of
# rows: its memory has a bound, and a worker that dies loses that much work at most.
MAX_ROWS = 10_000
MAX_BYTES = 4 << 20
# A worker that waits for the table 5 ms a row writes 3,200 rows a second on 16 lanes; a vCPU does about as many.
LANES = 16

_UNREADABLE = (SourceChangedError, SourceInterruptedError, SourceUnreadableError)


class Merger(Protocol):
    """What is done with a row."""

    def merge(self, row: Row, now: str) -> list[Member]:
        """Take the row; give back the endpoints it names."""


class _Task(NamedTuple):
    place: int  # among the rows of the stretch
    row: Row
    record: Record
    reader: SourceReader
    part: bytes  # of the record, where it has several rows


class Stretch:
    """Reads rows on from a checkpoint, merges them, and keeps what became of each."""

    def __init__(self, merger: Merger, now: str, *, keep_members: bool) -> None:
        """Take what is done with a row, the date rows are merged under, and whether members are wanted."""
        self._merger = merger
        self._now = now
        self._keep_members = keep_members
        self._lock = Lock()
        self._failures: list[tuple[int, Failure]] = []
        self._members: list[tuple[int, Member]] = []
        self.processed = 0
        # Why reading stopped in the middle. The rows before it are in the table, and must be counted.
        self.cut_short: Exception | None = None

    @property
    def failures(self) -> list[Failure]:
        """The bad rows in source order."""
        return [failure for _, failure in sorted(self._failures, key=lambda entry: entry[0])]

    @property
    def members(self) -> list[Member]:
        """The members in source order."""
        return [member for _, member in sorted(self._members, key=lambda entry: entry[0])]

    def run(
        self, readers: Callable[[int], SourceReader | None], at: Checkpoint, may_go_on: Callable[[], bool]
    ) -> tuple[Checkpoint, bool]:
        """Merge rows from `at` on, until the piece ends, the stretch is long enough, or time is up.

        A source that cannot be read on ends the stretch too: `cut_short` then says why.

        Args:
            readers: the reader of a source by its number in the piece, None after the last.
            at: where to begin.
            may_go_on: asked after each row whether there is time for another.

        Returns:
            Where the next stretch begins, and whether the piece is done.
        """
        with Lanes(self._apply, LANES) as lanes:
            reached, done = self._read(lanes, readers, at, may_go_on)
            lanes.drain()
        return reached, done

    def _read(
        self,
        lanes: Lanes[_Task],
        readers: Callable[[int], SourceReader | None],
        at: Checkpoint,
        may_go_on: Callable[[], bool],
    ) -> tuple[Checkpoint, bool]:
        rows = size = 0
        reached = at
        try:
            for reader, record, after in _records(readers, at):
                rows += self._dispatch(lanes, rows, record, reader)
                size += record.length
                reached = after
                if rows >= MAX_ROWS or size >= MAX_BYTES or not may_go_on():
                    return reached, False
        except _UNREADABLE as cut:
            self.cut_short = cut
            return reached, False
        return reached, True

    def _dispatch(self, lanes: Lanes[_Task], place: int, record: Record, reader: SourceReader) -> int:
        """Hand over the rows of a record, or note why it has none; returns how many rows it counts for."""
        try:
            rows = reader.rows(record)
        except RowInvalidError as wrong:
            self._fail(place, reader.failure(record, wrong))
            return 1
        for number, row in enumerate(rows):
            # A line of many user ids is not repeated for each of them that fails.
            part = row.user_id.encode() if len(rows) > 1 else b""
            lanes.put(row.key, _Task(place + number, row, record, reader, part))
        return len(rows)

    def _apply(self, task: _Task) -> None:
        try:
            members = self._merger.merge(task.row, self._now)
        except RowInvalidError as wrong:
            self._fail(task.place, task.reader.failure(task.record, wrong, task.part))
            return
        with self._lock:
            self.processed += 1
            if self._keep_members:
                self._members.extend((task.place, member) for member in members)

    def _fail(self, place: int, failure: Failure) -> None:
        with self._lock:
            self._failures.append((place, failure))


def _records(
    readers: Callable[[int], SourceReader | None], at: Checkpoint
) -> Iterator[tuple[SourceReader, Record, Checkpoint]]:
    """The records from a checkpoint on over all sources, each with the checkpoint after it."""
    source, offset, line = at.source, at.offset, at.line
    while (reader := readers(source)) is not None:
        for record, position in reader.records(offset, line):
            yield reader, record, Checkpoint(source, position, record.line + record.lines)
        source, offset, line = source + 1, -1, 0

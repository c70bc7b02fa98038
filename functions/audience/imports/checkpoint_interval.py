"""An interval: as many rows of a piece as go between two checkpoints."""

from collections import Counter
from collections.abc import Callable
from threading import Lock
from typing import NamedTuple, Protocol

from audience.endpoints.rows import Row, RowInvalidError
from audience.errors import SourceChangedError, SourceInterruptedError, SourceUnreadableError
from audience.imports.failures import Failure
from audience.imports.reader import SourceReader
from audience.imports.shares import Begun, Share, deal, parts_of, shares_of
from audience.imports.source_counts import SourcePart
from audience.imports.worker_pool import KeyedWorkerPool
from audience.jobs.pieces import Checkpoint, reason_at
from audience.segments.members import Member
from audience.sources.records import Record

# Between two checkpoints a worker holds the members and the failures of so many rows, or of so many bytes of
# rows: its memory has a bound, and a worker that dies loses that much work at most.
MAX_ROWS = 10_000
MAX_BYTES = 4 << 20
# A worker that waits for the table 5 ms a row writes 3,200 rows a second on 16 threads; a vCPU does about as many.
WORKERS = 16

Readers = Callable[[int], SourceReader | None]
# Reading a source again would come to the same end: it is over, and the next one's turn.
_FINAL = (SourceChangedError, SourceUnreadableError)


class Merger(Protocol):
    """What is done with a row."""

    def merge(self, row: Row, now: str) -> list[Member]:
        """Merge the row and return the endpoints it names."""


class _Task(NamedTuple):
    place: int  # among the rows of the interval
    source: int
    row: Row
    record: Record
    reader: SourceReader
    part: bytes  # of the record, where it has several rows


class CheckpointInterval:
    """Reads rows on from a checkpoint, merges them, and keeps what became of each."""

    def __init__(
        self, merger: Merger, now: str, *, keep_members: bool, concurrency: Callable[[], int] | None = None
    ) -> None:
        """Keep what merges a row, the date rows are merged under, and whether members are wanted.

        `concurrency` returns how many requests the table takes at once now.
        """
        self._concurrency = concurrency
        self._merger = merger
        self._now = now
        self._keep_members = keep_members
        self._lock = Lock()
        self._failures: list[tuple[int, Failure]] = []
        self._members: list[tuple[int, Member]] = []
        self._processed: Counter[int] = Counter()
        self._begun: list[Begun] = []
        self._rows = 0
        self._bytes = 0
        self._reached = Checkpoint()
        # Why reading stopped in the middle, though it may work the next time. The rows before it are in the table.
        self.cut_short: Exception | None = None

    @property
    def processed(self) -> int:
        """Return how many rows went in."""
        return self._processed.total()

    @property
    def failures(self) -> list[Failure]:
        """Return the bad rows in source order."""
        return [failure for share in self.shares() for failure in share.failures]

    @property
    def members(self) -> list[Member]:
        """Return the members in source order."""
        return [member for share in self.shares() for member in share.members]

    def parts(self) -> list[SourcePart]:
        """Return what was done of each source, once the interval has been run."""
        return parts_of(self._begun, self._processed)

    def shares(self) -> list[Share]:
        """Return members and failures once the interval has run, apart if they may be subtracted."""
        return shares_of(self._begun)

    def run(self, readers: Readers, at: Checkpoint, may_go_on: Callable[[], bool]) -> tuple[Checkpoint, bool]:
        """Merge rows from `at` on, until the piece ends, the interval is long enough, or time is up.

        A source that cannot be read on for good ends by itself, with its fault in its part, and the next one
        follows. One whose stream broke ends the interval: `cut_short` then says why.

        Args:
            readers: the reader of a source by its number in the piece, None after the last.
            at: where to begin.
            may_go_on: asked after each row, and each fault, whether there is time for another.

        Returns:
            Where the next interval begins, and whether nothing of the piece is left to read.
        """
        with KeyedWorkerPool(self._apply, WORKERS, self._concurrency) as pool:
            reached, done = self._read(pool, readers, at, may_go_on)
            pool.drain()
        deal(self._begun, self._rows, self._members, self._failures)
        return reached, done

    def _read(
        self, pool: KeyedWorkerPool[_Task], readers: Readers, at: Checkpoint, may_go_on: Callable[[], bool]
    ) -> tuple[Checkpoint, bool]:
        while (reader := readers(at.source)) is not None:
            source = Begun(at.source, reader.place, self._rows)
            self._begun.append(source)
            try:
                at = self._read_source(pool, reader, at, may_go_on)
            except SourceInterruptedError as cut:
                self.cut_short = cut
                return self._reached, False
            except _FINAL as wrong:
                source.ended, source.fault = True, reason_at(source.place, wrong)
                at = Checkpoint(at.source + 1)
                if not may_go_on():
                    return at, False
                continue
            if at.source == source.number:
                return at, False
            source.ended = True
        return at, True

    def _read_source(
        self,
        pool: KeyedWorkerPool[_Task],
        reader: SourceReader,
        at: Checkpoint,
        may_go_on: Callable[[], bool],
    ) -> Checkpoint:
        """Read a source from `at` on; return where to go on: in it if the interval is full, or at the next."""
        self._reached = at
        for record, position in reader.records(at.offset, at.line):
            self._rows += self._dispatch(pool, at.source, record, reader)
            self._bytes += record.length
            self._reached = Checkpoint(at.source, position, record.line + record.lines)
            if self._rows >= MAX_ROWS or self._bytes >= MAX_BYTES or not may_go_on():
                return self._reached
        return Checkpoint(at.source + 1)

    def _dispatch(
        self, pool: KeyedWorkerPool[_Task], source: int, record: Record, reader: SourceReader
    ) -> int:
        """Hand over a record's rows, or note why it has none; return how many rows it counts for."""
        place = self._rows
        try:
            rows = reader.rows(record)
        except RowInvalidError as wrong:
            self._fail(place, reader.failure(record, wrong))
            return 1
        for number, row in enumerate(rows):
            # A line of many user ids is not repeated for each of them that fails.
            part = row.user_id.encode() if len(rows) > 1 else b""
            pool.put(row.key, _Task(place + number, source, row, record, reader, part))
        return len(rows)

    def _apply(self, task: _Task) -> None:
        try:
            members = self._merger.merge(task.row, self._now)
        except RowInvalidError as wrong:
            self._fail(task.place, task.reader.failure(task.record, wrong, task.part))
            return
        with self._lock:
            self._processed[task.source] += 1
            if self._keep_members:
                self._members.extend((task.place, member) for member in members)

    def _fail(self, place: int, failure: Failure) -> None:
        with self._lock:
            self._failures.append((place, failure))

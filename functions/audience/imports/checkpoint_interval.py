"""A checkpoint interval: the rows of a piece that are read and merged between two checkpoints."""

from collections.abc import Callable

from audience.aws.async_dynamodb import AtOnce, Runner
from audience.errors import SourceChangedError, SourceInterruptedError, SourceUnreadableError
from audience.ignored_names import first_names
from audience.imports.failures import Failure
from audience.imports.interval_rows import Inserter, IntervalRows, Merger
from audience.imports.reader import SourceReader
from audience.imports.row_loop import STRETCH
from audience.imports.source_counts import (
    OutputGroup,
    SourceCounts,
    SourceResult,
    assign_to_sources,
    output_groups,
)
from audience.jobs.pieces import Checkpoint
from audience.segments.members import Member
from audience.sources.records import Record

# An interval ends after so many rows, or so many bytes of rows and of reasons why they fail. Its members and failures
# are held in memory until it is recorded: this bounds a worker's memory, and what is lost when a worker dies.
MAX_ROWS = 10_000
MAX_BYTES = 4 << 20

# Returns the reader of a source by its number in the piece, or None after the last.
Readers = Callable[[int], SourceReader | None]
# Errors that end a source for good: reading it again would fail again. The next source follows.
_FINAL = (SourceChangedError, SourceUnreadableError)


class CheckpointInterval:
    """Rows read from a checkpoint on and merged, with their members and failures."""

    def __init__(
        self,
        merger: Merger,
        now: str,
        *,
        keep_members: bool,
        runner: Runner | None = None,
        inserter: Inserter | None = None,
        piece: str = "",
    ) -> None:
        """Keep what merges a row, the date rows are merged under, and whether members are wanted.

        `runner` runs what the merger waits for; without one, it never waits. `inserter` may do some rows' work.
        `piece` is a name that no other piece of any job has.
        """
        self._rows = IntervalRows(merger, now, runner or AtOnce(), inserter, piece, keep_members=keep_members)
        self._reads_together = inserter is not None
        self._results: list[SourceResult] = []
        # Where reading of the source began, and the last record read with the position after it.
        self._began = Checkpoint()
        self._last: tuple[Record, int] | None = None
        # The error that ended reading in the middle, though it may work the next time. The rows before it are merged.
        self.cut_short: Exception | None = None
        self.ignored: list[str] = []  # names of ignored columns and members of the sources read

    @property
    def processed(self) -> int:
        """Return how many rows went in."""
        return self._rows.processed.total()

    @property
    def failures(self) -> list[Failure]:
        """Return the bad rows in source order."""
        return [failure for group in self.output_groups() for failure in group.failures]

    @property
    def members(self) -> list[Member]:
        """Return the members in source order."""
        return [member for group in self.output_groups() for member in group.members]

    def source_counts(self) -> list[SourceCounts]:
        """Return the counts of each source that was read, once the interval has run."""
        return [result.counts(self._rows.processed.get(result.number, 0)) for result in self._results]

    def output_groups(self) -> list[OutputGroup]:
        """Return members and failures once the interval has run, in groups that share their files."""
        return output_groups(self._results)

    def run(self, readers: Readers, at: Checkpoint, may_go_on: Callable[[], bool]) -> tuple[Checkpoint, bool]:
        """Merge rows from `at` on, until the piece ends, the interval is long enough, or time is up.

        A source that can never be read on ends with a fault in its counts, one that cannot be of the job's format is
        skipped, and the next one follows. An interrupted stream ends the interval; `cut_short` then has the error.

        Args:
            readers: returns the reader of a source by its number in the piece, None after the last.
            at: where to begin.
            may_go_on: called after each row, and each source that ends early; returns whether there is time for
                another row.

        Returns:
            Where the next interval begins, and whether nothing of the piece is left to read.
        """
        reached, done = self._read(readers, at, may_go_on)
        self._rows.drain()
        assign_to_sources(self._results, self._rows.rows, self._rows.members, self._rows.failures)
        return reached, done

    def _read(
        self, readers: Readers, at: Checkpoint, may_go_on: Callable[[], bool]
    ) -> tuple[Checkpoint, bool]:
        while (reader := readers(at.source)) is not None:
            result = SourceResult(at.source, reader.place, self._rows.rows)
            self._results.append(result)
            try:
                try:
                    at = self._read_source(reader, at, may_go_on)
                finally:
                    self.ignored = first_names(self.ignored, reader.ignored())
            except SourceInterruptedError as error:
                self.cut_short = error
                return self._reached(), False
            except _FINAL as error:
                result.end_early(error)
                at = Checkpoint(at.source + 1)
                if not may_go_on():
                    return at, False
                continue
            if at.source == result.number:
                return at, False
            result.ended = True
        return at, True

    def _read_source(
        self,
        reader: SourceReader,
        at: Checkpoint,
        may_go_on: Callable[[], bool],
    ) -> Checkpoint:
        """Read a source from `at` on; return where to go on: in it if the interval is full, or at the next."""
        self._began, self._last = at, None
        for record, _ in reader.records(at.offset, at.line):
            self._rows.put(at.source, record, reader)
            self._last = record, reader.position
            while not self._is_full() and may_go_on():
                if not (self._reads_together and self._put_together(at.source, reader)):
                    break
            else:
                return self._reached()
        return Checkpoint(at.source + 1)

    def _is_full(self) -> bool:
        return self._rows.rows >= MAX_ROWS or self._rows.bytes >= MAX_BYTES

    def _put_together(self, source: int, reader: SourceReader) -> bool:
        """Put the next records' rows on their way, as far as they can be read together; return whether some were."""
        records, rows = reader.rows_together(min(STRETCH, MAX_ROWS - self._rows.rows))
        if rows:
            self._rows.put_together(source, records, rows, reader)
            self._last = records[-1], reader.position
        return bool(rows)

    def _reached(self) -> Checkpoint:
        """Return where to go on in the source that is read."""
        if self._last is None:
            return self._began
        record, position = self._last
        return Checkpoint(self._began.source, position, record.line + record.lines)

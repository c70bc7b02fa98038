"""The rows of a checkpoint interval on their way to the table, and what became of them."""

from collections import Counter
from collections.abc import Sequence
from itertools import compress, count, repeat
from typing import NamedTuple, Protocol

from audience.aws.async_dynamodb import Runner
from audience.endpoints.rows import Position, Row, RowInvalidError
from audience.imports.failures import Failure
from audience.imports.reader import SourceReader
from audience.imports.row_loop import RowLoop
from audience.segments.members import Member
from audience.sources.records import Record


class Merger(Protocol):
    """What merges rows: the endpoint store, a dry run, or a job that defines a segment only."""

    def key(self, row: Row) -> str:
        """Return the key of a row: rows of one key are merged in their order."""

    async def merge(self, row: Row, now: str) -> list[Member]:
        """Merge the row and return the endpoints it names.

        Raises:
            RowInvalidError: the row cannot go in.
        """


class Inserter(Protocol):
    """What inserts the endpoints of several rows in one request, where they are new."""

    async def insert(self, rows: Sequence[Row], now: str) -> Sequence[bool]:
        """Insert the endpoints of rows of different keys, each of which is enough to make one.

        Returns:
            For each row, whether it is done; the others have to be merged.
        """


class _Task(NamedTuple):
    row_number: int  # among the rows of the interval
    source: int
    row: Row
    record: Record
    reader: SourceReader
    part: bytes  # of the record, where it has several rows


class IntervalRows:
    """Rows that are merged, their number, and their members and failures, each with its row's number."""

    def __init__(
        self,
        merger: Merger,
        now: str,
        runner: Runner,
        inserter: Inserter | None,
        piece: str,
        *,
        keep_members: bool,
    ) -> None:
        """Keep what merges rows and what inserts them, the date they are merged under, and the piece's name."""
        self._merger = merger
        self._inserter = inserter
        self._loop: RowLoop[_Task] = RowLoop(runner, self._merge, self._insert if inserter else None)
        self._now = now
        self._piece = piece
        self._keep_members = keep_members
        self.failures: list[tuple[int, Failure]] = []
        self.members: list[tuple[int, Member]] = []
        self.processed: Counter[int] = Counter()  # rows by source
        self.rows = 0
        self.bytes = 0  # of records, and of reasons why rows fail

    def put(self, source: int, record: Record, reader: SourceReader) -> None:
        """Put a record's rows on their way, or note why it has none."""
        self.bytes += record.length
        try:
            rows = reader.rows(record)
        except RowInvalidError as error:
            self._fail(self.rows, reader.failure(record, error))
            self.bytes += sum(len(field) + len(reason) for field, reason in error.reasons)
            self.rows += 1
            return
        for row in rows:
            if row.user_attributes and not row.user_id:
                row.position = Position(self._piece, source, record.line)
            # A line of many user ids is not repeated for each of them that fails.
            part = row.user_id.encode() if len(rows) > 1 else b""
            task = _Task(self.rows, source, row, record, reader, part)
            self.rows += 1
            self._loop.put(self._merger.key(row), task, in_stretch=row.creates)

    def put_together(
        self, source: int, records: Sequence[Record], rows: Sequence[Row], reader: SourceReader
    ) -> None:
        """Put the rows of records on their way that were read together, one each."""
        parts = zip(count(self.rows), repeat(source), rows, records, repeat(reader), repeat(b""))
        tasks = [*map(tuple.__new__, repeat(_Task), parts)]
        self.rows += len(rows)
        self.bytes += sum([record.length for record in records])
        self._loop.put_stretch([row.endpoint_id for row in rows], tasks)

    def drain(self) -> None:
        """Wait until all rows are merged."""
        self._loop.drain()

    async def _merge(self, task: _Task) -> None:
        try:
            members = await self._merger.merge(task.row, self._now)
        except RowInvalidError as error:
            self._fail(task.row_number, task.reader.failure(task.record, error, task.part))
        else:
            self.processed[task.source] += 1
            if self._keep_members:
                self.members += [(task.row_number, member) for member in members]

    async def _insert(self, tasks: Sequence[_Task]) -> Sequence[bool]:
        assert self._inserter is not None  # noqa: S101 - for mypy
        done = await self._inserter.insert([task.row for task in tasks], self._now)
        went_in = [*compress(tasks, done)]
        self.processed.update([task.source for task in went_in])
        if self._keep_members:
            rows = [task.row for task in went_in]
            parts = zip([row.endpoint_id for row in rows], [row.channel for row in rows], repeat(None))
            # Member(*parts) of each, without a call of Python for each.
            made = map(tuple.__new__, repeat(Member), parts)
            self.members += zip([task.row_number for task in went_in], made, strict=True)
        return done

    def _fail(self, row_number: int, failure: Failure) -> None:
        self.failures.append((row_number, failure))

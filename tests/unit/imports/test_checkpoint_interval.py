"""An interval merges rows from a checkpoint on; wherever it ends, the next one continues without a gap."""

import gzip
from collections.abc import Callable
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audience.endpoints.rows import Position, Row, RowInvalidError
from audience.imports import checkpoint_interval as module
from audience.imports.checkpoint_interval import CheckpointInterval
from audience.imports.reader import SourceReader
from audience.jobs.file_names import OF_NO_SOURCE
from audience.jobs.pieces import Checkpoint
from audience.segments.members import Member
from tests.unit.imports.sources import reader_of
from tests.unit.sources.fake_s3 import FakeS3

NOW = "2026-01-02T03:04:05.000Z"


class Merged:
    """A merger that records its rows, and refuses those of unknown users and of endpoints named bad."""

    def __init__(self) -> None:
        self.rows: list[tuple[str, str]] = []

    def key(self, row: Row) -> str:
        return row.key

    async def merge(self, row: Row, now: str) -> list[Member]:
        assert now == NOW
        if row.key.startswith(("unknown", "bad")):
            raise RowInvalidError("Id", f"{row.key} is refused")
        self.rows.append((row.key, str(row.fields.get("OptOut", ""))))
        return [Member(row.key, "EMAIL")]


def readers_of(*files: bytes) -> Callable[[int], SourceReader | None]:
    s3 = FakeS3({str(number): content for number, content in enumerate(files)})

    def reader(number: int) -> SourceReader | None:
        return reader_of(s3, str(number), csv=True) if number < len(files) else None

    return reader


def run_through(
    readers: Callable[[int], SourceReader | None], may_go_on: Callable[[], bool], merger: Merged
) -> tuple[list[CheckpointInterval], Checkpoint]:
    """CheckpointInterval after interval until the piece is done."""
    at, done, intervals = Checkpoint(), False, []
    while not done:
        interval = CheckpointInterval(merger, NOW, keep_members=True)
        at, done = interval.run(readers, at, may_go_on)
        intervals.append(interval)
    return intervals, at


_lines = st.sampled_from(["1,ALL", "2,NONE", "3,", "bad-1,ALL", "4,WRONG", "", "5", '6,"NONE"', '"7\n7",ALL'])
_files = st.lists(
    st.lists(_lines, max_size=8).map(lambda lines: "\n".join(["Id,OptOut", *lines, ""]).encode()), max_size=4
)


@settings(deadline=None, max_examples=40)
@given(files=_files, stops=st.lists(st.booleans(), max_size=30))
def test_every_row_counts_once_wherever_intervals_end(files: list[bytes], stops: list[bool]) -> None:
    whole, cut = Merged(), Merged()
    (expected,), _ = run_through(readers_of(*files), lambda: True, whole)
    pending = iter(stops)
    found, _ = run_through(readers_of(*files), lambda: next(pending, True), cut)
    assert sum(interval.processed for interval in found) == expected.processed
    assert [failure for interval in found for failure in interval.failures] == expected.failures
    assert [member for interval in found for member in interval.members] == expected.members
    assert sorted(cut.rows) == sorted(whole.rows)


def test_rows_of_one_endpoint_are_merged_in_source_order() -> None:
    merger = Merged()
    lines = "".join(f"{number % 3},{'ALL' if number % 2 else 'NONE'}\n" for number in range(200))
    run_through(readers_of(f"Id,OptOut\n{lines}".encode()), lambda: True, merger)
    for name in "012":
        expected = [("ALL" if number % 2 else "NONE") for number in range(200) if str(number % 3) == name]
        assert [said for key, said in merger.rows if key == name] == expected


def test_failures_and_members_are_in_source_order_in_whatever_order_threads_finish() -> None:
    lines = "".join(f"{'bad-' if number % 2 else ''}{number},\n" for number in range(100))
    (interval,), _ = run_through(readers_of(f"Id,OptOut\n{lines}".encode()), lambda: True, Merged())
    assert [failure.line for failure in interval.failures] == list(range(3, 102, 2))
    assert [member.endpoint_id for member in interval.members] == [str(number) for number in range(0, 100, 2)]


@pytest.mark.parametrize(("limit", "value", "intervals"), [("MAX_ROWS", 10, 6), ("MAX_BYTES", 40, 11)])
def test_an_interval_ends_after_its_maximum_of_rows_or_bytes(limit: str, value: int, intervals: int) -> None:
    content = b"Id\n" + b"".join(b"%08d\n" % number for number in range(50))
    with patch.object(module, limit, value):
        found, _ = run_through(readers_of(content), lambda: True, Merged())
    assert len(found) == intervals
    assert sum(interval.processed for interval in found) == 50


def test_members_are_kept_only_if_wanted() -> None:
    interval = CheckpointInterval(Merged(), NOW, keep_members=False)
    interval.run(readers_of(b"Id\n1\n"), Checkpoint(), lambda: True)
    assert (interval.processed, interval.members) == (1, [])


def test_each_user_of_a_line_is_a_row_and_its_failure_names_it_alone() -> None:
    users = " ".join(f"{'unknown' if number % 2 else 'known'}-{number}" for number in range(6))
    (interval,), _ = run_through(readers_of(f"User.UserId\n{users}\n".encode()), lambda: True, Merged())
    assert interval.processed == 3
    assert [(failure.line, failure.header, failure.row) for failure in interval.failures] == [
        (2, b"User.UserId", b"unknown-1"),
        (2, b"User.UserId", b"unknown-3"),
        (2, b"User.UserId", b"unknown-5"),
    ]


def test_an_error_other_than_a_bad_row_ends_the_interval() -> None:
    class Broken(Merged):
        async def merge(self, row: Row, now: str) -> list[Member]:  # noqa: ARG002
            raise ConnectionError("the table is gone")

    with pytest.raises(ConnectionError, match="the table is gone"):
        CheckpointInterval(Broken(), NOW, keep_members=True).run(
            readers_of(b"Id\n1\n"), Checkpoint(), lambda: True
        )


def test_the_output_of_a_source_that_cannot_be_read_is_kept_apart_and_the_next_source_follows() -> None:
    def file(name: str) -> bytes:
        return gzip.compress(
            b"Id\n" + b"".join(b"%s%d\n" % (name.encode(), number) for number in range(3000))
        )

    readers = readers_of(file("a"), file("b"), file("c")[:-1000], file("d"))
    interval = CheckpointInterval(Merged(), NOW, keep_members=True)
    reached, done = interval.run(readers, Checkpoint(), lambda: True)
    assert (reached.source, done) == (3, False)
    names = [{member.endpoint_id[0] for member in group.members} for group in interval.output_groups()]
    # The last one has not come to its end at 10,000 rows: it may have to be taken back too.
    assert names == [{"a", "b"}, {"c"}, {"d"}]
    assert [group.source for group in interval.output_groups()] == [OF_NO_SOURCE, 2, 3]
    counts = interval.source_counts()
    assert [(each.source, each.ended, bool(each.fault)) for each in counts] == [
        (0, True, False),
        (1, True, False),
        (2, True, True),
        (3, False, False),
    ]
    assert [each.processed for each in counts] == [len(members) for members in members_by_source(interval)]


def test_a_source_that_cannot_be_of_the_format_is_skipped_and_the_next_source_follows() -> None:
    for stops in ([], [True, False] * 5):
        pending = iter(stops)
        readers = readers_of(b"%PDF-1.7\n", b"Id\n1\n", b"PK\x03\x04\n", b"Name\nx\n")
        found, reached = run_through(readers, lambda pending=pending: next(pending, True), Merged())  # type: ignore[misc]
        counts = [each for interval in found for each in interval.source_counts() if each.ended]
        assert reached == Checkpoint(4)
        assert [(each.source, each.was_read, each.fault) for each in counts] == [
            (number, number == 1, "") for number in range(4)
        ]
        assert [each.skipped[:22] for each in counts] == [
            "line 1: this is a PDF ",
            "",
            "line 1: this is a zip ",
            "line 1: 'Name' is not ",
        ]
        assert sum(each.processed + each.failed for each in counts) <= 1
        assert sum(len(interval.failures) for interval in found) == 0


def members_by_source(interval: CheckpointInterval) -> list[list[Member]]:
    return [[member for member in interval.members if member.endpoint_id[0] == name] for name in "abcd"]


def test_rows_that_give_user_attributes_without_a_user_know_where_they_are() -> None:
    """The same wherever the interval begins."""
    found: list[Position | None] = []

    class Kept(Merged):
        async def merge(self, row: Row, now: str) -> list[Member]:
            found.append(row.position)
            return await super().merge(row, now)

    columns = b"Id,User.UserId,User.UserAttributes.a\n"
    readers = readers_of(columns + b"1,,x\n", columns + b"2,,x\n3,u,x\n4,u,\n")
    for at in (Checkpoint(), Checkpoint(1)):
        CheckpointInterval(Kept(), NOW, keep_members=False, piece="job-5").run(readers, at, lambda: True)
    first, second = Position("job-5", 0, 2), Position("job-5", 1, 2)
    assert found == [first, second, None, None, second, None, None]

"""A worker records interval after interval; recorded rows count once, however the worker ends."""

import gzip
import itertools
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from unittest.mock import patch

import orjson
import pytest

from audience.errors import SourceInterruptedError
from audience.imports import checkpoint_interval as module
from audience.imports.reader import SourceReader
from audience.imports.worker import ImportWorker
from audience.jobs.model import JobKey
from audience.jobs.pieces import PieceRecord
from audience.segments.members import merge_runs
from tests.unit.aws.storage import Storage
from tests.unit.imports.pieces_in_memory import Counters, PiecesInMemory
from tests.unit.imports.sources import reader_of
from tests.unit.imports.test_checkpoint_interval import NOW, Merged
from tests.unit.sources.fake_s3 import FakeS3

KEY = JobKey("a" * 32, "IMPORT", "b" * 32)
UNTIL = 1_800_000_000
CONTENT = b"Id\n" + b"".join(
    b"%s%d\n" % (b"bad-" if number % 10 == 7 else b"", number) for number in range(95)
)


class Setup:
    """A worker on one file of 95 rows, of which 9 are bad; ten rows are an interval."""

    def __init__(self, storage: Storage, *, defines: bool = True, content: bytes = CONTENT) -> None:
        self.files = FakeS3({"file": content})
        self.pieces = PiecesInMemory()
        self.jobs = Counters()
        self.storage = storage
        self.worker = ImportWorker(
            KEY,
            NOW,
            defines,
            self.jobs,
            self.pieces,
            storage.s3,
            storage.bucket,
            Merged(),  # type: ignore[arg-type]
        )

    def readers(self, number: int) -> SourceReader | None:
        return reader_of(self.files, "file", csv=True) if number == 0 else None

    def run(self, may_go_on: Callable[[], bool] = lambda: True) -> bool:
        with patch.object(module, "MAX_ROWS", 10):
            return self.worker.run(0, self.readers, may_go_on, UNTIL)

    @property
    def piece(self) -> PieceRecord:
        return self.pieces.get(0)

    def members(self) -> list[str]:
        found = merge_runs(self.storage.s3, self.storage.bucket, [*self.piece.member_runs], KEY.work_prefix)
        return sorted((member.endpoint_id for member in found), key=int)

    def failed_lines(self) -> list[int]:
        lines = b"".join(self.storage.get(name) for name in self.piece.failure_files).splitlines()
        return [orjson.loads(line)["Line"] for line in lines]


@pytest.fixture
def setup(storage: Storage) -> Setup:
    return Setup(storage)


def is_complete(setup: Setup) -> None:
    assert (setup.piece.status, setup.piece.processed, setup.piece.failed) == ("DONE", 86, 9)
    assert setup.members() == [str(number) for number in range(95) if number % 10 != 7]
    assert setup.failed_lines() == [number + 2 for number in range(95) if number % 10 == 7]


def test_a_piece_is_done_interval_by_interval(setup: Setup) -> None:
    assert setup.run() is True
    is_complete(setup)
    assert setup.piece.intervals == 10
    assert setup.jobs.counted == {"completed_pieces": 1, "total_processed": 86, "total_failures": 9}


def test_rows_are_counted_every_few_seconds_also_where_an_interval_would_take_longer(setup: Setup) -> None:
    seconds = itertools.count()  # one a row
    setup.worker = replace(setup.worker, clock=lambda: next(seconds))
    assert setup.run() is True
    is_complete(setup)
    assert setup.piece.intervals == -(-96 // 5)  # with the header


def test_a_worker_out_of_time_hands_over_and_the_next_goes_on(setup: Setup) -> None:
    for _ in range(20):
        turns = iter([True] * 12)
        if setup.run(lambda turns=turns: next(turns, False)):  # type: ignore[misc]
            break
        assert setup.piece.status == "RUNNING"
    is_complete(setup)


def test_a_worker_without_any_time_does_nothing(setup: Setup) -> None:
    assert setup.run(lambda: False) is False
    assert (setup.piece.intervals, setup.piece.processed) == (0, 0)


def test_a_piece_that_is_done_stays_as_it_is(setup: Setup) -> None:
    setup.run()
    before = setup.piece
    assert setup.run() is True
    assert (setup.piece.processed, setup.piece.member_runs) == (before.processed, before.member_runs)
    assert setup.jobs.counted["total_processed"] == 86


def test_of_two_workers_on_one_piece_only_the_faster_ones_interval_counts(
    setup: Setup, storage: Storage
) -> None:
    faster = Setup(storage)
    faster.run()
    setup.pieces.overtake = [faster.piece]
    assert setup.run() is True
    assert setup.piece.member_runs == faster.piece.member_runs
    is_complete(setup)
    assert setup.jobs.counted == {}


def test_recorded_intervals_of_a_worker_that_fails_stay_and_the_piece_is_free_again(setup: Setup) -> None:
    def broken() -> bool:
        if setup.piece.intervals == 3:
            raise ConnectionError("gone")
        return True

    with pytest.raises(ConnectionError):
        setup.run(broken)
    assert (setup.piece.intervals, setup.pieces.left, setup.piece.busy_until) == (3, [0], 0)
    assert setup.run() is True
    is_complete(setup)


def test_ignored_names_of_all_intervals_are_kept_whoever_read_them(storage: Storage) -> None:
    content = b"".join(b'{"Id":"%d","own%d":1}\n' % (number, number // 10) for number in range(40))
    setup = Setup(storage, content=content)
    setup.readers = lambda number: reader_of(setup.files, "file", csv=False) if number == 0 else None  # type: ignore[method-assign]
    while not setup.run(iter([True] * 11 + [False] * 9).__next__):
        assert setup.piece.ignored
    assert setup.piece.ignored == ["own0", "own1", "own2", "own3"]
    assert setup.piece.attempts > 1


def test_a_piece_of_a_wide_file_of_which_every_row_fails_leaves_a_small_file(storage: Storage) -> None:
    header = ",".join(["Id", *(f"Attributes.column_{number:05d}" for number in range(2_600))]).encode()
    content = b"\n".join([header, *(b"%06d,few" % number for number in range(12_000))])
    setup = Setup(storage, content=content)
    setup.worker = replace(
        setup.worker, clock=lambda: 0.0
    )  # rows end the intervals, on however slow a machine
    tracemalloc.start()
    try:
        assert setup.worker.run(0, setup.readers, lambda: True, UNTIL) is True
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert (setup.piece.processed, setup.piece.failed) == (0, 12_000)
    sizes = [len(storage.get(name)) for name in setup.piece.failure_files]
    assert len(sizes) == 2
    assert sum(sizes) < 40 * len(content)
    assert peak < 40 << 20
    assert setup.failed_lines() == [number + 2 for number in range(12_000)]


@pytest.mark.slow
def test_rows_before_a_break_of_the_source_are_recorded(storage: Storage) -> None:
    whole = b"Id\n" + b"".join(
        b"%s%d\n" % (b"bad-" if number % 10 == 7 else b"", number) for number in range(60_000)
    )
    setup = Setup(storage, content=gzip.compress(whole)[:-1000])
    assert setup.worker.run(0, setup.readers, lambda: True, UNTIL) is True
    rows = setup.piece.processed + setup.piece.failed
    (fault,) = setup.piece.faults
    assert (setup.piece.status, setup.piece.over) == ("FAILED", True)
    assert str(fault) == "s3://bucket/file is not a sound gzip file: it ends in the middle"
    assert (fault.processed, fault.failed) == (setup.piece.processed, setup.piece.failed)
    assert rows % module.MAX_ROWS > 0
    assert setup.members() == [str(number) for number in range(rows) if number % 10 != 7]
    assert setup.failed_lines() == [number + 2 for number in range(rows) if number % 10 == 7]
    assert len(setup.worker.merger.rows) == setup.piece.processed  # type: ignore[attr-defined]
    assert setup.jobs.counted["total_processed"] == setup.piece.processed


def test_rows_before_an_interruption_are_recorded_and_the_others_are_done_later(setup: Setup) -> None:
    setup.files.step = 50
    setup.files.breaks = [None, 200, *[0] * 5]  # is it gzip, some of its content, and nothing more
    with pytest.raises(SourceInterruptedError):
        setup.worker.run(0, setup.readers, lambda: True, UNTIL)
    assert 0 < setup.piece.processed < 86
    assert setup.run() is True
    assert setup.jobs.counted["total_processed"] == 86
    assert len(setup.worker.merger.rows) == 86  # type: ignore[attr-defined]
    is_complete(setup)


def test_a_piece_that_was_failed_is_done_by_a_later_run(setup: Setup) -> None:
    setup.pieces.records[0] = PieceRecord(0, status="FAILED", reason="the source was cut off")
    setup.run()
    is_complete(setup)
    assert setup.piece.reason == ""


def test_a_job_without_a_segment_writes_no_members(storage: Storage) -> None:
    setup = Setup(storage, defines=False)
    setup.run()
    assert [*setup.piece.member_runs] == []
    assert all("/failures/" in name for name in storage.names())


def test_a_piece_without_rows_is_done_and_leaves_no_files(storage: Storage) -> None:
    setup = Setup(storage, content=b"Id\n\n")
    assert setup.run() is True
    assert (setup.piece.status, setup.piece.processed, storage.names()) == ("DONE", 0, [])


def test_a_file_is_opened_once_for_all_intervals_of_an_invocation(setup: Setup) -> None:
    setup.run()
    assert setup.files.ranges == ["bytes=0-1", f"bytes=0-{len(CONTENT) - 1}"]  # is it gzip, and its content

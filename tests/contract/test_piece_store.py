"""The guarantees of the store of piece records."""

from dataclasses import replace

import pytest

from audience.errors import PieceOvertakenError
from audience.jobs.piece_store import PieceStore
from audience.jobs.pieces import MAX_REASON, Checkpoint, OpenSource, SourceFault

UNTIL = 1_800_000_000  # when the workers of these tests are dead at the latest


@pytest.fixture
def store(control):
    return PieceStore(control, "job")


def interval(piece, *, done=False, rows=5):
    return piece.after(
        at=Checkpoint(1, 70, 8), done=done, processed=rows, failed=1, runs=["r"], failures=["f"]
    )


def test_a_piece_that_nobody_began_is_fresh(store):
    piece = store.get(3)
    assert (piece.index, piece.status, piece.intervals, piece.processed) == (3, "RUNNING", 0, 0)
    assert piece.checkpoint == Checkpoint()


def test_a_record_is_found_as_it_was_stored(store):
    recorded = interval(store.begin(0, UNTIL))
    store.record(recorded)
    assert store.get(0) == recorded


def test_a_record_of_a_piece_whose_files_all_failed_is_found_as_it_was_stored(store):
    # As many sources, and names as long, as a piece may have (audience.sources.pieces).
    place = f"s3://{'b' * 63}/{'k' * 200}"
    faults = [SourceFault(number, place, "r" * MAX_REASON, 5, 1) for number in range(500)]
    recorded = replace(interval(store.begin(0, UNTIL)), faults=faults, opened=OpenSource(3, 4), over=True)
    for number in range(500):
        recorded = replace(
            recorded,
            member_runs=recorded.member_runs.plus(
                [f"work/members/00000000-0123456789abcdef-{number}.gz"], number
            ),
        )
    store.record(recorded)
    assert store.get(0) == recorded


def test_names_of_ignored_columns_are_those_of_the_worker_that_recorded_first(store):
    before = store.begin(0, UNTIL)
    names = [f"{number:03d}" + "ü" * 97 for number in range(100)]  # as many, and as long, as are kept
    first = replace(interval(before), ignored=names)
    store.record(first)
    with pytest.raises(PieceOvertakenError):
        store.record(replace(interval(before), ignored=["other"]))
    assert store.begin(0, UNTIL).ignored == names


def test_every_beginning_is_counted(store):
    assert store.begin(0, UNTIL).attempts == 1
    assert store.begin(0, UNTIL).attempts == 2


def test_intervals_add_up(store):
    store.record(interval(store.get(0)))
    store.record(interval(store.get(0), done=True))
    piece = store.get(0)
    assert (piece.status, piece.processed, piece.failed, piece.intervals) == ("DONE", 10, 2, 2)
    assert ([*piece.member_runs], [*piece.failure_files]) == (["r", "r"], ["f", "f"])


def test_the_first_of_two_workers_to_record_an_interval_counts(store):
    before = store.get(0)
    store.record(interval(before, rows=5))
    with pytest.raises(PieceOvertakenError):
        store.record(interval(before, rows=7))
    assert store.get(0).processed == 5


def test_a_failed_piece_tells_why(store):
    piece = store.begin(0, UNTIL)
    assert store.fail(piece, "the worker was stopped")
    assert (store.get(0).status, store.get(0).reason) == ("FAILED", "the worker was stopped")


def test_a_piece_that_has_gone_on_does_not_fail(store):
    before = store.begin(0, UNTIL)
    store.record(interval(before, done=True))
    assert not store.fail(before, "too late")
    assert store.get(0).status == "DONE"


def test_pieces_come_in_the_order_of_the_plan(store, control):
    for index in (10, 2, 1):
        store.begin(index, UNTIL)
    PieceStore(control, "other").begin(0, UNTIL)
    assert [piece.index for piece in store.all()] == [1, 2, 10]

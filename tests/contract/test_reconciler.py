"""A job whose execution has ended is ended, with counts that no worker changes any more."""

from itertools import count

import pytest

from audience.jobs.finishing import Finisher
from audience.jobs.piece_store import PieceStore
from audience.jobs.pieces import Checkpoint
from audience.jobs.reconciler import PAUSE_S, Reconciler
from audience.kinds import KINDS

NOW = 1_800_000_000
STOPPED = {"error": "Stopped", "cause": "by hand"}


@pytest.fixture
def job(parts):
    """A job of three pieces that is under way."""
    key = parts.job()
    parts.lifecycle.advance(key, "PROCESSING", total_pieces=3)
    return key


@pytest.fixture
def pieces(control, job):
    return PieceStore(control, job.job_id)


@pytest.fixture
def reconciler(parts, control):
    def reconciler(*, pause=lambda _: None, may_go_on=lambda: True, clock=lambda: NOW):
        finisher = Finisher(None, "bucket", parts.lifecycle, control, KINDS)
        return Reconciler(finisher, parts.scheduler, may_go_on, pause, clock)

    return reconciler


def run_piece(pieces, index, *, rows, done=True, deadline=0):
    begun = pieces.begin(index, deadline)
    at = Checkpoint(0, rows, rows)
    pieces.record(begun.after(at=at, done=done, processed=rows, failed=1, runs=[], failures=[]))


def test_a_job_ends_with_what_its_pieces_recorded(parts, job, pieces, reconciler):
    run_piece(pieces, 0, rows=7)
    run_piece(pieces, 1, rows=5, done=False)
    assert reconciler().end(job, 1, "ABORTED", STOPPED)
    found = parts.jobs.get(job)
    assert (found.status, found.completed_pieces, found.failed_pieces) == ("FAILED", 1, 2)
    assert (found.total_processed, found.total_failures) == (12, 2)
    assert found.failures == [
        "the execution was stopped: by hand (Stopped)",
        "piece 2 of 3 was not completed: its worker did not come to an end",
        "piece 3 of 3 was not completed: its worker did not come to an end",
    ]
    assert found.completed
    assert parts.events.statuses[-2:] == ["FAILING", "FAILED"]


@pytest.mark.parametrize(
    ("execution", "told", "reason"),
    [
        ("TIMED_OUT", {}, "the execution ran into its time limit"),
        ("SUCCEEDED", {"error": None, "cause": None}, "the execution ended without a result"),
        ("FAILED", {"error": "States.Runtime"}, "the execution failed: States.Runtime"),
    ],
)
def test_the_reason_is_how_the_execution_ended(parts, job, reconciler, execution, told, reason):
    reconciler().end(job, 1, execution, told)
    assert parts.jobs.get(job).failures[0] == reason


def test_running_workers_are_waited_for_and_their_rows_count(parts, job, pieces, reconciler):
    """Stopping an execution does not stop its workers: they see that the job is FAILING, record, and leave."""
    begun = pieces.begin(0, deadline=NOW + 900)
    pauses = []

    def worker_leaves(seconds):
        pauses.append(seconds)
        assert parts.status(job) == "FAILING"
        pieces.record(begun.after(at=Checkpoint(), done=False, processed=9, failed=0, runs=[], failures=[]))
        pieces.leave(0)

    assert reconciler(pause=worker_leaves).end(job, 1, "ABORTED", STOPPED)
    assert pauses == [PAUSE_S]
    assert parts.jobs.get(job).total_processed == 9


def test_a_worker_that_died_is_waited_for_until_its_deadline(parts, job, pieces, reconciler):
    pieces.begin(0, deadline=NOW + 3)
    ticks = count(NOW)
    assert reconciler(clock=lambda: next(ticks)).end(job, 1, "ABORTED", STOPPED)
    assert parts.status(job) == "FAILED"
    assert next(ticks) > NOW + 3


def test_a_worker_that_runs_longer_than_the_reconciler_leaves_the_end_to_the_next_call(
    parts, job, pieces, reconciler
):
    pieces.begin(0, deadline=NOW + 900)
    assert not reconciler(may_go_on=lambda: False).end(job, 1, "ABORTED", STOPPED)
    assert parts.status(job) == "FAILING"
    assert parts.jobs.active.all() == [job]
    pieces.leave(0)
    assert reconciler().end(job, 1, "ABORTED", STOPPED)
    assert parts.status(job) == "FAILED"


def test_a_run_opened_while_the_reconciler_waited_for_the_run_before_goes_on(parts, job, pieces, reconciler):
    """The same end is told twice, the other one ends the job, and its owner runs it again at once."""
    pieces.begin(0, deadline=NOW + 900)

    def ended_and_opened_again(_):
        pieces.leave(0)
        parts.lifecycle.advance(job, "FAILED")
        parts.jobs.reopen(job)

    assert not reconciler(pause=ended_and_opened_again).end(job, 1, "ABORTED", STOPPED)
    assert parts.status(job) == "CREATED"


def test_a_run_opened_before_the_reconciler_ended_the_run_before_goes_on(parts, job, reconciler):
    """The end was read to be of the present run, and then the finish step and its owner were faster."""
    parts.lifecycle.advance(job, "CANCELLING")
    parts.lifecycle.advance(job, "CANCELLED")
    parts.jobs.reopen(job)
    assert not reconciler().end(job, 1, "SUCCEEDED", {})
    assert parts.status(job) == "CREATED"
    assert reconciler().end(job, 2, "ABORTED", STOPPED)


def test_a_job_that_was_being_cancelled_is_cancelled(parts, job, pieces, reconciler):
    run_piece(pieces, 0, rows=7)
    parts.lifecycle.advance(job, "CANCELLING")
    assert reconciler().end(job, 1, "ABORTED", STOPPED)
    found = parts.jobs.get(job)
    assert (found.status, found.completed_pieces, found.not_attempted_pieces) == ("CANCELLED", 1, 2)
    assert (found.failed_pieces, found.total_processed) == (0, 7)


@pytest.mark.parametrize("status", ["COMPLETED", "FAILED", "CANCELLED"])
def test_a_job_that_has_ended_stays_as_it_is(parts, reconciler, status):
    key = parts.ended(status)
    before = parts.jobs.get(key)
    assert not reconciler().end(key, 1, "ABORTED", STOPPED)
    assert parts.jobs.get(key) == before


def test_a_job_whose_record_is_gone_is_not_ended(parts, control, job, reconciler):
    control.delete_item(Key=job.item_key)
    assert not reconciler().end(job, 1, "ABORTED", STOPPED)
    assert parts.jobs.find(job) is None

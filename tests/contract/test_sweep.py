"""The guarantees of the sweep: whatever was lost on the way, a start, an end, a slot, an event, is made up for."""

import pytest

from audience.identifiers import new_id
from audience.jobs.model import JobKey
from audience.jobs.reconcile import ABANDONED_AFTER_S
from audience.jobs.sweep import Sweep

NOW = 1_800_000_000
OLD_MS = (NOW - ABANDONED_AFTER_S - 1) * 1000
YOUNG_MS = (NOW - 1) * 1000


class FakeRescue:
    """Ends the job it is told to."""

    def __init__(self, parts):
        self._parts = parts

    def end(self, key, _run, execution, told):
        return self._parts.lifecycle.advance(key, "FAILED", Failures=[f"{execution} {told['cause']}"])


@pytest.fixture
def sweep(parts):
    def sweep():
        rescue = FakeRescue(parts)
        made = Sweep(
            parts.lifecycle, parts.executions, rescue, parts.admission, parts.slots, clock=lambda: NOW
        )
        return made.run()

    return sweep


def execution(parts, key, status, run=1):
    parts.executions.found[f"{key.job_id}-{run}"] = {"status": status, "cause": "why"}


@pytest.mark.parametrize(("born_ms", "left"), [(OLD_MS, 0), (YOUNG_MS, 1)])
def test_what_was_listed_and_never_recorded_is_forgotten_in_time(parts, sweep, born_ms, left):
    parts.jobs.active.add(JobKey("app", "IMPORT", new_id(born_ms)))
    sweep()
    assert len(parts.jobs.active.all()) == left


@pytest.mark.parametrize("kind", ["IMPORT", "EXPORT"])
def test_what_nobody_started_is_started_in_time(parts, sweep, kind):
    old, young = parts.job(kind, born_ms=OLD_MS), parts.job(kind, born_ms=YOUNG_MS)
    sweep()
    assert parts.executions.started == [(old.job_id, 1)]
    assert parts.jobs.active.all() == [old, young]


def test_what_nobody_started_waits_for_a_slot_like_any_other(parts, sweep):
    for _ in range(2):
        running = parts.job(born_ms=YOUNG_MS)
        parts.admission.admit(running)
        execution(parts, running, "RUNNING")
    key = parts.job(born_ms=OLD_MS)
    sweep()
    assert (key.job_id, 1) not in parts.executions.started
    assert parts.status(key) == "PENDING_JOB"


def test_a_running_job_is_left_to_its_execution(parts, sweep):
    key = parts.job(born_ms=OLD_MS)
    execution(parts, key, "RUNNING")
    assert sweep() == 0
    assert (parts.executions.started, parts.status(key)) == ([], "CREATED")


@pytest.mark.parametrize("status", ["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"])
def test_a_job_whose_execution_is_over_is_ended(parts, sweep, status):
    key = parts.job(born_ms=YOUNG_MS)
    execution(parts, key, status)
    assert sweep() == 1
    assert parts.jobs.get(key)["Failures"] == [f"{status} why"]
    assert parts.jobs.active.all() == []


def test_a_job_that_was_opened_again_is_judged_by_its_own_run(parts, sweep):
    key = parts.ended("FAILED")
    parts.jobs.reopen(key)
    execution(parts, key, "FAILED", run=1)
    execution(parts, key, "RUNNING", run=2)
    assert sweep() == 0
    assert parts.status(key) == "CREATED"


def test_an_end_that_nobody_was_told_of_is_told(parts, sweep):
    key = parts.job(born_ms=YOUNG_MS)
    parts.events.refuses = "all"
    parts.lifecycle.advance(key, "FAILED")
    sweep()
    assert parts.jobs.active.all() == [key]
    parts.events.refuses = ""
    sweep()
    assert parts.events.statuses == ["CREATED", "FAILED"]
    assert parts.jobs.active.all() == []


def test_slots_of_jobs_that_are_gone_go_to_those_that_wait(parts, sweep):
    for gone in ("gone 1", "gone 2"):
        parts.slots.acquire(gone)
    waiting = [parts.job(born_ms=YOUNG_MS + number) for number in range(3)]
    for key in waiting:
        parts.admission.admit(key)
    assert parts.executions.started == []
    sweep()
    assert parts.executions.started == [(key.job_id, 1) for key in waiting[:2]]
    assert parts.slots.holders() == [key.job_id for key in waiting[:2]]


def test_a_running_job_keeps_its_slot(parts, sweep):
    key = parts.job(born_ms=YOUNG_MS)
    parts.admission.admit(key)
    execution(parts, key, "RUNNING")
    sweep()
    assert parts.slots.holders() == [key.job_id]


def test_a_job_that_gets_its_slot_while_the_sweep_looks_keeps_it(parts, sweep, monkeypatch):
    listed, made = parts.jobs.active.all, []
    store = type(parts.jobs.active)

    def list_then_make(_):
        found = listed()
        if len(made) < 2:
            made.append(parts.job(born_ms=YOUNG_MS))
            parts.slots.acquire(made[-1].job_id)
        return found

    monkeypatch.setattr(store, "all", list_then_make)
    sweep()
    assert parts.slots.holders() == sorted(key.job_id for key in made)


def test_a_job_that_was_cancelled_before_anybody_started_it_is_ended_by_its_execution(parts, sweep):
    key = parts.job(born_ms=OLD_MS)
    parts.lifecycle.advance(key, "CANCELLING")
    sweep()
    assert parts.executions.started == [(key.job_id, 1)]


def test_a_waiting_job_waits_however_old_it_is(parts, sweep):
    for held in (parts.job(born_ms=YOUNG_MS), parts.job(born_ms=YOUNG_MS)):
        parts.slots.acquire(held.job_id)
    key = parts.job(born_ms=OLD_MS)
    parts.admission.admit(key)
    assert sweep() == 0
    assert (parts.executions.started, parts.status(key)) == ([], "PENDING_JOB")


def test_a_job_that_cannot_be_looked_after_keeps_no_other_from_its_end(parts, sweep):
    broken, other, waiting = parts.job("EXPORT"), parts.job(), parts.job()
    parts.lifecycle.advance(waiting, "PENDING_JOB")
    execution(parts, other, "FAILED")
    describe = parts.executions.describe

    def refuse(key, run):
        if key == broken:
            raise OSError("unreachable")
        return describe(key, run)

    parts.executions.describe = refuse
    with pytest.raises(ExceptionGroup, match="1 jobs could not be looked after"):
        sweep()
    assert parts.status(other) == "FAILED"
    assert parts.executions.started == [(waiting.job_id, 1)]

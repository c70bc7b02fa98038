"""Reconciling all jobs makes up for whatever was lost: a start, an end, a job that counts as running, an event."""

import pytest

from audience.identifiers import new_id
from audience.jobs.model import JobKey
from audience.jobs.reconciler import ABANDONED_AFTER_S, Reconciler

NOW = 1_800_000_000
OLD_MS = (NOW - ABANDONED_AFTER_S - 1) * 1000
YOUNG_MS = (NOW - 1) * 1000


class EndsAtOnce(Reconciler):
    """Ends the job it is told to, without waiting for anybody."""

    def end(self, key, _run, execution, told):
        return self._lifecycle.advance(key, "FAILED", failures=[f"{execution} {told['cause']}"])


@pytest.fixture
def reconcile_all(parts):
    def reconcile_all():
        return EndsAtOnce(None, parts.scheduler, lambda: True, clock=lambda: NOW).reconcile_all()

    return reconcile_all


def execution(parts, key, status, run=1):
    parts.executions.found[f"{key.job_id}-{run}"] = {"status": status, "cause": "why"}


@pytest.mark.parametrize(("born_ms", "left"), [(OLD_MS, 0), (YOUNG_MS, 1)])
def test_a_listed_job_without_a_record_is_removed_from_the_list_in_time(parts, reconcile_all, born_ms, left):
    parts.jobs.active.add(JobKey("app", "IMPORT", new_id(born_ms)))
    reconcile_all()
    assert len(parts.jobs.active.all()) == left


@pytest.mark.parametrize("kind", ["IMPORT", "EXPORT"])
def test_a_job_that_was_never_started_is_started_in_time(parts, reconcile_all, kind):
    old, young = parts.job(kind, born_ms=OLD_MS), parts.job(kind, born_ms=YOUNG_MS)
    reconcile_all()
    assert parts.executions.started == [(old.job_id, 1)]
    assert parts.jobs.active.all() == [old, young]


def test_what_nobody_started_waits_at_the_concurrency_limit_like_any_other(parts, reconcile_all):
    for _ in range(2):
        running = parts.job(born_ms=YOUNG_MS)
        parts.scheduler.start(running)
        execution(parts, running, "RUNNING")
    key = parts.job(born_ms=OLD_MS)
    reconcile_all()
    assert (key.job_id, 1) not in parts.executions.started
    assert parts.status(key) == "PENDING_JOB"


def test_a_running_job_is_left_to_its_execution(parts, reconcile_all):
    key = parts.job(born_ms=OLD_MS)
    execution(parts, key, "RUNNING")
    assert reconcile_all() == 0
    assert (parts.executions.started, parts.status(key)) == ([], "CREATED")


@pytest.mark.parametrize("status", ["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"])
def test_a_job_whose_execution_is_over_is_ended(parts, reconcile_all, status):
    key = parts.job(born_ms=YOUNG_MS)
    execution(parts, key, status)
    assert reconcile_all() == 1
    assert parts.jobs.get(key).failures == [f"{status} why"]
    assert parts.jobs.active.all() == []


def test_a_job_that_was_opened_again_is_judged_by_its_own_run(parts, reconcile_all):
    key = parts.ended("FAILED")
    parts.jobs.reopen(key)
    execution(parts, key, "FAILED", run=1)
    execution(parts, key, "RUNNING", run=2)
    assert reconcile_all() == 0
    assert parts.status(key) == "CREATED"


def test_an_end_that_nobody_was_told_of_is_told(parts, reconcile_all):
    key = parts.job(born_ms=YOUNG_MS)
    parts.events.refuses = "all"
    parts.lifecycle.advance(key, "FAILED")
    reconcile_all()
    assert parts.jobs.active.all() == [key]
    parts.events.refuses = ""
    reconcile_all()
    assert parts.events.statuses == ["CREATED", "FAILED"]
    assert parts.jobs.active.all() == []


def test_jobs_that_are_gone_count_no_more_and_waiting_ones_start(parts, reconcile_all):
    for gone in ("gone 1", "gone 2"):
        parts.limit.acquire(gone)
    waiting = [parts.job(born_ms=YOUNG_MS + number) for number in range(3)]
    for key in waiting:
        parts.scheduler.start(key)
    assert parts.executions.started == []
    reconcile_all()
    assert parts.executions.started == [(key.job_id, 1) for key in waiting[:2]]
    assert parts.limit.holders() == [key.job_id for key in waiting[:2]]


def test_a_running_job_goes_on_counting(parts, reconcile_all):
    key = parts.job(born_ms=YOUNG_MS)
    parts.scheduler.start(key)
    execution(parts, key, "RUNNING")
    reconcile_all()
    assert parts.limit.holders() == [key.job_id]


def test_a_job_that_begins_to_count_meanwhile_goes_on_counting(parts, reconcile_all, monkeypatch):
    listed, made = parts.jobs.active.all, []
    store = type(parts.jobs.active)

    def list_then_make(_):
        found = listed()
        if len(made) < 2:
            made.append(parts.job(born_ms=YOUNG_MS))
            parts.limit.acquire(made[-1].job_id)
        return found

    monkeypatch.setattr(store, "all", list_then_make)
    reconcile_all()
    assert parts.limit.holders() == sorted(key.job_id for key in made)


def test_a_job_that_was_cancelled_before_anybody_started_it_is_ended_by_its_execution(parts, reconcile_all):
    key = parts.job(born_ms=OLD_MS)
    parts.lifecycle.advance(key, "CANCELLING")
    reconcile_all()
    assert parts.executions.started == [(key.job_id, 1)]


def test_a_waiting_job_waits_however_old_it_is(parts, reconcile_all):
    for held in (parts.job(born_ms=YOUNG_MS), parts.job(born_ms=YOUNG_MS)):
        parts.limit.acquire(held.job_id)
    key = parts.job(born_ms=OLD_MS)
    parts.scheduler.start(key)
    assert reconcile_all() == 0
    assert (parts.executions.started, parts.status(key)) == ([], "PENDING_JOB")


def test_a_job_that_cannot_be_checked_keeps_no_other_from_its_end(parts, reconcile_all):
    broken, other, waiting = parts.job("EXPORT"), parts.job(), parts.job()
    parts.lifecycle.advance(waiting, "PENDING_JOB")
    execution(parts, other, "FAILED")
    describe = parts.executions.describe

    def refuse(key, run):
        if key == broken:
            raise OSError("unreachable")
        return describe(key, run)

    parts.executions.describe = refuse
    with pytest.raises(ExceptionGroup, match="1 jobs could not be checked"):
        reconcile_all()
    assert parts.status(other) == "FAILED"
    assert parts.executions.started == [(waiting.job_id, 1)]

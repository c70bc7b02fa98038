"""The guarantees of a job that is opened again."""

import pytest

from audience.jobs.model import JobKey


@pytest.mark.parametrize("status", ["FAILED", "CANCELLED"])
def test_a_job_that_did_not_complete_is_a_new_one_again_with_its_next_run(parts, status):
    key = parts.ended(status)
    assert parts.jobs.active.all() == []
    assert parts.jobs.reopen(key)
    job = parts.jobs.get(key)
    assert (job.status, job.run, job.completed is not None) == ("CREATED", 2, False)
    assert [change.status for change in job.changes][-2:] == [status, "CREATED"]
    assert parts.jobs.active.all() == [key]


@pytest.mark.parametrize("status", ["PENDING_JOB", "PROCESSING", "COMPLETING", "FAILING", "COMPLETED"])
def test_reopening_leaves_a_job_that_has_not_ended_unchanged(parts, status):
    key = parts.job()
    parts.lifecycle.advance(key, status)
    before = parts.jobs.get(key)
    assert not parts.jobs.reopen(key)
    assert parts.jobs.get(key) == before


def test_a_refusal_puts_nothing_on_the_active_list(parts):
    key = parts.ended("COMPLETED")
    assert not parts.jobs.reopen(key)
    assert parts.jobs.active.all() == []


def test_a_new_run_shows_no_failures_of_the_run_before(parts):
    key = parts.job()
    parts.lifecycle.advance(key, "CANCELLING")
    parts.lifecycle.advance(key, "CANCELLED", not_attempted_pieces=2, failures=["a"], total_processed=7)
    parts.jobs.reopen(key)
    job = parts.jobs.get(key)
    assert (job.not_attempted_pieces is not None, job.failures is not None, job.total_processed) == (
        False,
        False,
        7,
    )


def test_a_second_request_to_open_a_job_does_not_put_it_within_reach_of_the_end_of_an_earlier_run(parts):
    key = parts.ended("FAILED")
    parts.jobs.reopen(key)
    parts.jobs.active.add(key)
    parts.jobs.active.remove(key, run=1)
    assert parts.jobs.active.all() == [key]


def test_a_refusal_keeps_a_running_job_on_the_active_list_until_it_ends(parts):
    key = parts.job()
    parts.jobs.reopen(key)
    assert parts.jobs.active.all() == [key]
    parts.lifecycle.advance(key, "COMPLETED")
    assert parts.jobs.active.all() == []


def test_a_job_that_does_not_exist_is_not_opened(parts):
    key = JobKey("app", "IMPORT", "j1")
    assert not parts.jobs.reopen(key)
    assert parts.jobs.find(key) is None


def test_the_end_of_the_run_before_does_not_take_a_job_off_the_list_but_its_own_end_does(parts):
    key = parts.ended("FAILED")
    parts.jobs.reopen(key)
    parts.jobs.active.remove(key, run=1)
    assert parts.jobs.active.all() == [key]
    parts.jobs.active.remove(key, run=2)
    assert parts.jobs.active.all() == []


def test_a_job_is_opened_as_often_as_it_fails(parts):
    key = parts.ended("FAILED")
    for run in (2, 3, 4):
        assert parts.jobs.reopen(key)
        assert not parts.jobs.reopen(key)
        assert parts.jobs.get(key).run == run
        parts.lifecycle.advance(key, "FAILED")
    assert parts.jobs.active.all() == []

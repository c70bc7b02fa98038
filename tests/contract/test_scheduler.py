"""The scheduler: import jobs wait at the concurrency limit, app after app, by their age, and none is forgotten."""

from dataclasses import replace

import pytest
from botocore.exceptions import ClientError

from audience.jobs.concurrency import ConcurrencyLimit
from tests.contract.job_parts import job_of


def scheduled(parts, count, kind="IMPORT"):
    keys = [parts.job(kind) for _ in range(count)]
    for key in keys:
        parts.scheduler.start(key)
    return keys


def of_app(parts, application_id):
    """A job of an app that the scheduler was told to start."""
    key = replace(parts.job(), application_id=application_id)
    parts.jobs.create(job_of(key))
    parts.jobs.active.keep(key, 1)
    parts.scheduler.start(key)
    return key


def started(parts):
    return [job_id for job_id, _ in parts.executions.started]


def test_jobs_are_started_up_to_the_limit_and_the_others_wait(parts):
    keys = scheduled(parts, 4)
    assert started(parts) == [key.job_id for key in keys[:2]]
    assert [parts.status(key) for key in keys] == ["CREATED", "CREATED", "PENDING_JOB", "PENDING_JOB"]


def test_when_a_job_ends_the_oldest_that_waits_is_started(parts):
    keys = scheduled(parts, 4)
    parts.scheduler.release(keys[1])
    assert started(parts) == [keys[0].job_id, keys[1].job_id, keys[2].job_id]
    assert parts.limit.holders() == sorted([keys[0].job_id, keys[2].job_id])


def test_a_new_job_does_not_overtake_one_that_waits(parts):
    first, second = scheduled(parts, 2)
    waiting = scheduled(parts, 1)[0]
    parts.limit.release(first.job_id)  # and whoever did it died before anybody was started
    newest = scheduled(parts, 1)[0]
    assert started(parts) == [first.job_id, second.job_id, waiting.job_id]
    assert parts.status(newest) == "PENDING_JOB"


def test_a_job_that_begins_to_wait_while_another_ends_is_started_all_the_same(parts, monkeypatch):
    first, _ = scheduled(parts, 2)
    advance = type(parts.lifecycle).advance

    def release_first(lifecycle, key, status, **members):
        parts.limit.release(first.job_id)
        return advance(lifecycle, key, status, **members)

    monkeypatch.setattr(type(parts.lifecycle), "advance", release_first)
    late = scheduled(parts, 1)[0]
    assert late.job_id in started(parts)


def test_as_many_waiting_jobs_are_started_as_there_is_room_for(parts):
    keys = scheduled(parts, 6)
    for key in keys[:2]:
        parts.limit.release(key.job_id)
    parts.scheduler.start_waiting()
    parts.scheduler.start_waiting()
    assert started(parts) == [key.job_id for key in keys[:4]]


def test_a_job_that_counts_as_running_and_was_not_started_is_started_with_the_next_ones(parts):
    first, _, third = scheduled(parts, 3)

    def refuse(_):
        raise ClientError({"Error": {"Code": "ThrottlingException"}}, "StartExecution")

    parts.executions.before_start = refuse
    with pytest.raises(ClientError):
        parts.scheduler.release(first)
    parts.executions.before_start = lambda _: None
    parts.scheduler.start_waiting()
    assert started(parts)[-1] == third.job_id


def test_a_job_is_started_with_its_run(parts):
    key = parts.ended("FAILED")
    parts.jobs.reopen(key)
    parts.scheduler.start(key)
    assert parts.executions.started == [(key.job_id, 2)]


def test_a_job_that_is_retried_waits_like_any_other_and_comes_first_by_its_age(parts):
    old = parts.ended("FAILED")
    keys = scheduled(parts, 3)
    parts.jobs.reopen(old)
    parts.scheduler.start(old)
    assert parts.status(old) == "PENDING_JOB"
    parts.scheduler.release(keys[0])
    assert parts.executions.started[-1] == (old.job_id, 2)


def test_a_job_that_is_retried_behind_others_does_not_count_as_running_from_its_last_run(parts):
    older = parts.job()
    retried, _ = scheduled(parts, 2)
    parts.scheduler.start(older)
    parts.lifecycle.advance(retried, "FAILED")  # and before it is released:
    parts.jobs.reopen(retried)
    parts.scheduler.start(retried)
    assert parts.executions.started[-1] == (older.job_id, 1)
    assert parts.status(retried) == "PENDING_JOB"


def test_a_waiting_job_that_is_cancelled_is_not_started(parts):
    keys = scheduled(parts, 4)
    parts.lifecycle.advance(keys[2], "CANCELLED")
    parts.scheduler.release(keys[0])
    assert started(parts)[-1] == keys[3].job_id


def test_exports_do_not_count_against_the_limit(parts):
    imports, exports = scheduled(parts, 3), scheduled(parts, 3, "EXPORT")
    assert [key.job_id in started(parts) for key in imports] == [True, True, False]
    assert all(key.job_id in started(parts) for key in exports)
    held = parts.limit.holders()
    parts.scheduler.release(exports[0])
    assert parts.limit.holders() == held


def test_the_jobs_of_an_app_wait_at_its_share_and_another_app_starts_at_once(parts, monkeypatch):
    monkeypatch.setattr(type(parts), "limit", ConcurrencyLimit(parts.control, 3, 2))
    first, second, third = (of_app(parts, "one") for _ in range(3))
    other = of_app(parts, "two")
    assert started(parts) == [key.job_id for key in (first, second, other)]
    parts.scheduler.release(other)
    assert parts.status(third) == "PENDING_JOB"
    assert third.job_id not in started(parts)
    parts.scheduler.release(first)
    assert started(parts)[-1] == third.job_id


def test_the_next_job_is_of_the_app_that_runs_fewest(parts):
    keys = [of_app(parts, "one") for _ in range(4)]
    other = of_app(parts, "two")
    parts.scheduler.release(keys[0])
    assert started(parts)[-1] == other.job_id
    parts.lifecycle.advance(other, "FAILED")
    parts.scheduler.release(other)
    assert started(parts)[-1] == keys[2].job_id

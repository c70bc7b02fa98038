"""The guarantees of admission: import jobs wait for a slot, app after app, by their age, and none is forgotten."""

from dataclasses import replace

import pytest
from botocore.exceptions import ClientError

from audience.jobs.slots import Slots


def admitted(parts, count, kind="IMPORT"):
    keys = [parts.job(kind) for _ in range(count)]
    for key in keys:
        parts.admission.admit(key)
    return keys


def of_app(parts, application_id):
    """A job of an app, admitted."""
    key = replace(parts.job(), application_id=application_id)
    parts.jobs.create(key, {"Id": key.job_id, "JobStatus": "CREATED"})
    parts.jobs.active.keep(key, 1)
    parts.admission.admit(key)
    return key


def started(parts):
    return [job_id for job_id, _ in parts.executions.started]


def test_jobs_are_started_while_there_are_slots_and_the_others_wait(parts):
    keys = admitted(parts, 4)
    assert started(parts) == [key.job_id for key in keys[:2]]
    assert [parts.status(key) for key in keys] == ["CREATED", "CREATED", "PENDING_JOB", "PENDING_JOB"]


def test_a_slot_that_is_given_back_goes_to_the_oldest_that_waits(parts):
    keys = admitted(parts, 4)
    parts.admission.release(keys[1])
    assert started(parts) == [keys[0].job_id, keys[1].job_id, keys[2].job_id]
    assert parts.slots.holders() == sorted([keys[0].job_id, keys[2].job_id])


def test_a_new_job_does_not_overtake_one_that_waits(parts):
    first, second = admitted(parts, 2)
    waiting = admitted(parts, 1)[0]
    parts.slots.release(first.job_id)  # and whoever did it died before anybody was started
    newest = admitted(parts, 1)[0]
    assert started(parts) == [first.job_id, second.job_id, waiting.job_id]
    assert parts.status(newest) == "PENDING_JOB"


def test_a_job_that_notes_that_it_waits_while_a_slot_becomes_free_is_started_all_the_same(parts, monkeypatch):
    first, _ = admitted(parts, 2)
    advance = type(parts.lifecycle).advance

    def release_first(lifecycle, key, status, **members):
        parts.slots.release(first.job_id)
        return advance(lifecycle, key, status, **members)

    monkeypatch.setattr(type(parts.lifecycle), "advance", release_first)
    late = admitted(parts, 1)[0]
    assert late.job_id in started(parts)


def test_promotion_starts_as_many_as_there_is_room_for(parts):
    keys = admitted(parts, 6)
    for key in keys[:2]:
        parts.slots.release(key.job_id)
    parts.admission.promote()
    parts.admission.promote()
    assert started(parts) == [key.job_id for key in keys[:4]]


def test_a_job_whose_start_died_after_it_got_its_slot_is_started_by_the_next_promotion(parts):
    first, _, third = admitted(parts, 3)

    def refuse(_):
        raise ClientError({"Error": {"Code": "ThrottlingException"}}, "StartExecution")

    parts.executions.before_start = refuse
    with pytest.raises(ClientError):
        parts.admission.release(first)
    parts.executions.before_start = lambda _: None
    parts.admission.promote()
    assert started(parts)[-1] == third.job_id


def test_a_job_is_started_with_its_run(parts):
    key = parts.ended("FAILED")
    parts.jobs.reopen(key)
    parts.admission.admit(key)
    assert parts.executions.started == [(key.job_id, 2)]


def test_a_job_that_is_retried_waits_like_any_other_and_comes_first_by_its_age(parts):
    old = parts.ended("FAILED")
    keys = admitted(parts, 3)
    parts.jobs.reopen(old)
    parts.admission.admit(old)
    assert parts.status(old) == "PENDING_JOB"
    parts.admission.release(keys[0])
    assert parts.executions.started[-1] == (old.job_id, 2)


def test_a_job_that_is_retried_behind_others_does_not_keep_the_slot_of_its_last_run(parts):
    older = parts.job()
    retried, _ = admitted(parts, 2)
    parts.admission.admit(older)
    parts.lifecycle.advance(retried, "FAILED")  # and before its slot is given back:
    parts.jobs.reopen(retried)
    parts.admission.admit(retried)
    assert parts.executions.started[-1] == (older.job_id, 1)
    assert parts.status(retried) == "PENDING_JOB"


def test_a_waiting_job_that_is_cancelled_is_not_started(parts):
    keys = admitted(parts, 4)
    parts.lifecycle.advance(keys[2], "CANCELLED")
    parts.admission.release(keys[0])
    assert started(parts)[-1] == keys[3].job_id


def test_exports_need_no_slot(parts):
    imports, exports = admitted(parts, 3), admitted(parts, 3, "EXPORT")
    assert [key.job_id in started(parts) for key in imports] == [True, True, False]
    assert all(key.job_id in started(parts) for key in exports)
    held = parts.slots.holders()
    parts.admission.release(exports[0])
    assert parts.slots.holders() == held


def test_the_jobs_of_an_app_wait_at_its_share_and_another_app_starts_at_once(parts, monkeypatch):
    monkeypatch.setattr(type(parts), "slots", Slots(parts.control, 3, 2))
    first, second, third = (of_app(parts, "one") for _ in range(3))
    other = of_app(parts, "two")
    assert started(parts) == [key.job_id for key in (first, second, other)]
    parts.admission.release(other)
    assert parts.status(third) == "PENDING_JOB"
    assert third.job_id not in started(parts)
    parts.admission.release(first)
    assert started(parts)[-1] == third.job_id


def test_a_slot_that_becomes_free_goes_to_the_app_that_holds_fewest(parts):
    keys = [of_app(parts, "one") for _ in range(4)]
    other = of_app(parts, "two")
    parts.admission.release(keys[0])
    assert started(parts)[-1] == other.job_id
    parts.lifecycle.advance(other, "FAILED")
    parts.admission.release(other)
    assert started(parts)[-1] == keys[2].job_id

"""The guarantees of a job's way through its statuses: each change is announced, whatever refuses in between."""

import pytest

from audience.jobs.store import JobStore


def test_every_change_is_announced_once_with_its_number(parts):
    key = parts.job()
    parts.lifecycle.advance(key, "PROCESSING")
    parts.lifecycle.advance(key, "COMPLETED")
    parts.lifecycle.announce(key)
    told = [(one["ChangeNumber"], one["OldStatus"], one["NewStatus"]) for one in parts.events.told]
    assert told == [(1, None, "CREATED"), (2, "CREATED", "PROCESSING"), (3, "PROCESSING", "COMPLETED")]


def test_an_announcement_names_the_job_and_has_the_counts_there_are(parts):
    key = parts.job("EXPORT")
    parts.lifecycle.advance(key, "FAILED", total_pieces=3, failed_pieces=1, failures=["secret words"])
    told = parts.events.told[-1]
    assert told.pop("ChangedAt") == parts.jobs.get(key).changes[-1].at
    assert told == {
        "ApplicationId": "app",
        "JobId": key.job_id,
        "Type": "EXPORT",
        "OldStatus": "CREATED",
        "NewStatus": "FAILED",
        "ChangeNumber": 2,
        "TotalPieces": 3,
        "FailedPieces": 1,
    }


def test_a_move_that_is_refused_is_not_announced(parts):
    key = parts.ended("COMPLETED")
    assert not parts.lifecycle.advance(key, "PROCESSING")
    assert parts.events.statuses == ["CREATED", "COMPLETED"]


@pytest.mark.parametrize("refuses", ["all", "some"])
def test_a_job_moves_on_while_events_are_refused_and_all_changes_are_announced_later(parts, refuses):
    key = parts.job()
    parts.events.refuses = refuses
    assert parts.lifecycle.advance(key, "INITIALIZING")
    assert parts.lifecycle.advance(key, "PROCESSING")
    assert not parts.lifecycle.announce(key)
    parts.events.refuses = ""
    assert parts.lifecycle.advance(key, "COMPLETING")
    assert parts.events.statuses == ["CREATED", "INITIALIZING", "PROCESSING", "COMPLETING"]


@pytest.mark.parametrize("refuses", ["all", "some"])
def test_a_job_leaves_the_active_list_once_its_end_is_announced(parts, refuses):
    key = parts.job()
    parts.events.refuses = refuses
    parts.lifecycle.advance(key, "FAILED")
    assert parts.jobs.active.all() == [key]
    parts.events.refuses = ""
    assert parts.lifecycle.announce(key)
    assert parts.jobs.active.all() == []
    assert parts.events.statuses == ["CREATED", "FAILED"]


def test_an_ended_job_whose_end_was_announced_is_unlisted_without_announcing_it_again(parts):
    key = parts.job()
    parts.jobs.advance(key, "FAILED")
    parts.jobs.mark_announced(key, 2)
    parts.lifecycle.announce(key)
    assert parts.jobs.active.all() == []
    assert parts.events.statuses == ["CREATED"]


def test_changes_are_announced_ten_at_a_time(parts):
    key = parts.job()
    for _ in range(12):
        parts.jobs.advance(key, "FAILED")
        parts.jobs.reopen(key)
    assert parts.lifecycle.announce(key)
    assert [len(call) for call in parts.events.calls] == [1, 10, 10, 4]
    assert [one["ChangeNumber"] for one in parts.events.told] == list(range(1, 26))


def test_a_run_opened_while_the_end_of_the_last_one_is_announced_stays_listed(parts, monkeypatch):
    """A customer may have a job retried by the very event of its failure."""
    key = parts.job()
    note = JobStore.mark_announced

    def reopen_first(jobs, of, changes):
        jobs.reopen(of)
        note(jobs, of, changes)

    monkeypatch.setattr(JobStore, "mark_announced", reopen_first)
    parts.lifecycle.advance(key, "FAILED")
    assert parts.status(key) == "CREATED"
    assert parts.jobs.active.all() == [key]

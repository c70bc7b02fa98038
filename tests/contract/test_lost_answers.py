"""A write whose answer is lost is sent again by the client: it comes to the same as if it had been sent once."""

from dataclasses import replace
from typing import Any

import pytest

from audience.errors import PieceOvertakenError
from audience.jobs.model import JobKey
from audience.jobs.pieces import Checkpoint, PieceStore
from audience.jobs.slots import Slots


class Again:
    """A table whose writes all reach it twice; the client gets the second answer."""

    def __init__(self, table: Any) -> None:
        self._table = table

    def __getattr__(self, name: str) -> Any:
        act = getattr(self._table, name)
        if name not in {"put_item", "update_item", "delete_item"}:
            return act

        def twice(**request: Any) -> Any:
            act(**request)
            return act(**request)

        return twice


@pytest.fixture
def again(parts):
    return replace(parts, control=Again(parts.control))


def test_a_job_is_made(again):
    key = JobKey("app", "IMPORT", "j1")
    again.jobs.create(key, {"Id": "j1", "JobStatus": "CREATED", "segment_id": "s1"})
    assert again.jobs.get(key)["JobStatus"] == "CREATED"


def test_a_change_of_status_is_made_and_announced_once(again):
    key = again.job()
    assert again.lifecycle.advance(key, "PROCESSING")
    assert again.lifecycle.advance(key, "COMPLETED")
    assert again.events.statuses == ["CREATED", "PROCESSING", "COMPLETED"]
    assert again.jobs.active.all() == []


def test_a_change_that_was_not_made_is_refused_as_ever(again):
    key = again.ended("COMPLETED")
    assert not again.lifecycle.advance(key, "PROCESSING")
    assert not again.lifecycle.advance(key, "COMPLETED")


def test_a_job_is_opened_again(again):
    key = again.ended("FAILED")
    assert again.jobs.reopen(key)
    job = again.jobs.get(key)
    assert (job["JobStatus"], job["run"], len(job["changes"])) == ("CREATED", 2, 3)
    assert again.jobs.active.all() == [key]


def test_a_slot_is_taken_and_given_back(again):
    slots = Slots(again.control, 1)
    assert slots.acquire("j1")
    assert not slots.acquire("j2")
    slots.release("j1")
    assert slots.acquire("j2")


def test_a_piece_is_begun_failed_and_left(again):
    pieces = PieceStore(again.control, "j1")
    begun = pieces.begin(0, until=5)
    assert begun.attempts == 1
    assert pieces.fail(begun, "no")
    pieces.leave(0)
    assert pieces.get(0) == replace(begun, busy_until=0, status="FAILED", reason="no")


def test_the_record_of_a_piece_is_there_for_a_worker_that_seems_overtaken(again):
    pieces = PieceStore(again.control, "j1")
    begun = pieces.begin(0, until=5)
    after = begun.after(at=Checkpoint(0, 9), done=True, processed=3, failed=1, runs=[], failures=[])
    with pytest.raises(PieceOvertakenError):
        pieces.record(after)
    assert pieces.get(0) == after

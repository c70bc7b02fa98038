"""The guarantees of kept answers: one key makes one thing, whoever asks while it is being made, or after it was not."""

import json
import time

import pytest

from api import idempotency
from api.idempotency import DAY_S, IdempotencyRecords, answer_once
from audience.settings import StorageSettings
from http_api import stores
from http_api.errors import BadRequestError, ConflictError, NotFoundError

REQUEST = {"key": "k", "body": {"S3Url": "s3://b/k"}}


class DiedError(BaseException):
    """The function's process has come to its end, and nothing is tidied up."""


@pytest.fixture
def ask(control, monkeypatch):
    """Asks with a key, as a request does that has so many milliseconds left."""
    monkeypatch.setattr(stores, "table", lambda _: control)
    monkeypatch.setattr(stores, "settings", lambda: StorageSettings(control.name, "endpoints", "bucket"))

    def ask(make, *, request=REQUEST, app="a1", kind="IMPORT", left_ms=29_000):
        records = IdempotencyRecords(control, app, kind)
        return answer_once(records, request["key"], request["body"], left_ms, make)

    return ask


def never(*_):
    raise AssertionError("made twice")


def test_the_first_answer_is_every_answer(ask):
    answer = {"Id": "j1", "Definition": {"RegisterEndpoints": True, "SegmentName": "é"}}
    assert ask(lambda *_: answer) == answer
    assert ask(never) == answer


def test_a_second_request_with_a_key_in_use_is_refused_with_a_conflict(ask):
    def make(*_):
        with pytest.raises(ConflictError, match="another request with 'k' is being answered"):
            ask(never)
        return {"Id": "j1"}

    assert ask(make) == {"Id": "j1"}
    assert ask(never) == {"Id": "j1"}


def test_another_body_is_refused_while_it_is_being_made_and_after(ask):
    other = {**REQUEST, "body": {"S3Url": "s3://b/l"}}

    def make(*_):
        with pytest.raises(BadRequestError, match="'k' was used for a request with another body"):
            ask(never, request=other)
        return {"Id": "j1"}

    ask(make)
    with pytest.raises(BadRequestError):
        ask(never, request=other)


def test_apps_and_kinds_have_keys_of_their_own(ask):
    assert ask(lambda *_: {"Id": "j1"}) == {"Id": "j1"}
    assert ask(lambda *_: {"Id": "j2"}, kind="EXPORT") == {"Id": "j2"}
    assert ask(lambda *_: {"Id": "j3"}, app="a2") == {"Id": "j3"}


def test_a_refused_request_leaves_no_idempotency_record(ask, control):
    def refuse(*_):
        raise NotFoundError("there is no such segment")

    with pytest.raises(NotFoundError, match="there is no such segment"):
        ask(refuse)
    assert control.scan()["Items"] == []
    assert ask(lambda *_: {"Id": "j1"}) == {"Id": "j1"}


def test_a_request_that_died_bars_the_key_only_for_as_long_as_it_could_have_lived(ask):
    def die(*_):
        raise DiedError

    with pytest.raises(DiedError):
        ask(die, left_ms=29_000)
    with pytest.raises(ConflictError):
        ask(never)
    with pytest.raises(DiedError):
        ask(die, request={**REQUEST, "key": "l"}, left_ms=-1)
    assert ask(lambda *_: {"Id": "j1"}, request={**REQUEST, "key": "l"}) == {"Id": "j1"}


def test_a_record_whose_answer_is_lost_keeps_nobody_waiting(ask, control, monkeypatch):
    put = control.put_item

    def lost_once(**request):
        put(**request)
        return put(**request)

    monkeypatch.setattr(control, "put_item", lost_once)
    assert ask(lambda *_: {"Id": "j1"}) == {"Id": "j1"}
    assert ask(never) == {"Id": "j1"}


def test_a_key_has_one_record_which_names_the_job_before_it_is_made(ask, control):
    def make(_, job):
        [record] = control.scan()["Items"]
        assert record["job_id"] == job.job_id
        assert "answer" not in record
        return {"Id": job.job_id}

    answer = ask(make)
    [record] = control.scan()["Items"]
    assert json.loads(record["answer"]) == answer


def test_a_request_that_died_is_sent_again_for_the_same_job_by_one_request_at_a_time(ask):
    jobs = []

    def die(_, job):
        jobs.append(job)
        raise DiedError

    with pytest.raises(DiedError):
        ask(die, left_ms=-1)

    def make(_, job):
        jobs.append(job)
        with pytest.raises(ConflictError):
            ask(never)
        return {"Id": job.job_id}

    assert ask(make) == {"Id": jobs[0].job_id}
    assert jobs[0] == jobs[1]


def test_a_key_can_be_used_anew_after_a_day(ask, monkeypatch):
    assert ask(lambda *_: {"Id": "j1"}) == {"Id": "j1"}
    later = time.time_ns() + (DAY_S + 2) * 10**9
    monkeypatch.setattr(idempotency.time, "time_ns", lambda: later)
    assert ask(lambda *_: {"Id": "j2"}) == {"Id": "j2"}

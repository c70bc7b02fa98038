"""The guarantees of a finish step whose execution is stopped: the segment's version and the job's end go together."""

import pytest
from botocore.exceptions import ClientError

from audience.jobs.endings import Endings
from audience.jobs.pieces import Checkpoint, PieceStore
from audience.jobs.rescue import Rescue
from audience.segments.store import SegmentStore

NOW = 1_800_000_000
STOPPED = {"error": "Stopped", "cause": "by hand"}
MISSING = {"Error": {"Code": "NoSuchKey"}, "ResponseMetadata": {"HTTPStatusCode": 404}}
UNWELL = {"Error": {"Code": "InternalError"}, "ResponseMetadata": {"HTTPStatusCode": 500}}


class Bucket:
    """A bucket that answers every read with an error."""

    def __init__(self, answer):
        self._answer = answer

    def get_object(self, **_):
        raise ClientError(self._answer, "GetObject")


@pytest.fixture
def job(parts):
    """A job without pieces that is under way, and is to make a segment."""
    key = parts.job()
    parts.lifecycle.advance(key, "PROCESSING", TotalPieces=0, segment_id="s1")
    return key


@pytest.fixture
def endings(parts, control):
    return Endings(None, "bucket", parts.lifecycle, control)


@pytest.fixture
def rescue(parts, control, endings):
    def rescue(*, pause=lambda _: None, may_go_on=lambda: True, clock=lambda: NOW, endings=endings):
        return Rescue(endings, parts.lifecycle, control, may_go_on, pause, clock)

    return rescue


@pytest.fixture
def publish(control, job):
    def publish(*_):
        SegmentStore(control).publish("app", "s1", {"job_id": job.job_id, "CreationDate": "now"})

    return publish


def test_a_job_whose_execution_is_stopped_while_it_is_finished_completes(
    parts, job, rescue, endings, publish
):
    def stopped_in_the_middle(*results):
        assert not rescue(may_go_on=lambda: False).end(job, 1, "ABORTED", STOPPED)
        publish(*results)

    assert endings.finish(job, None, stopped_in_the_middle, NOW + 900) == "COMPLETED"
    assert not rescue().end(job, 1, "ABORTED", STOPPED)
    assert parts.status(job) == "COMPLETED"


def test_the_rescue_waits_for_a_finish_step_until_it_must_be_dead(parts, job, rescue):
    parts.lifecycle.advance(job, "COMPLETING")
    parts.jobs.note_finishing(job, NOW + 3)
    moments = iter(range(NOW, NOW + 100))
    assert rescue(clock=lambda: next(moments)).end(job, 1, "ABORTED", STOPPED)
    assert parts.status(job) == "FAILED"
    assert next(moments) > NOW + 3


def test_a_finish_step_that_comes_after_the_rescue_publishes_nothing(parts, job, endings):
    parts.lifecycle.advance(job, "FAILING")

    def never(*_):
        raise AssertionError("published")

    assert endings.finish(job, None, never, NOW + 900) == "FAILING"
    assert parts.status(job) == "FAILING"


def test_a_finish_step_that_fails_makes_way_for_the_rescue_at_once(parts, job, rescue, endings):
    def fail(*_):
        raise OSError("no")

    with pytest.raises(OSError, match="no"):
        endings.finish(job, None, fail, NOW + 900)
    assert rescue(pause=lambda _: pytest.fail("waited")).end(job, 1, "FAILED", STOPPED)
    assert parts.status(job) == "FAILED"


def test_a_job_whose_finish_step_died_after_it_published_is_complete(parts, job, rescue, publish):
    parts.lifecycle.advance(job, "COMPLETING")
    parts.jobs.note_finishing(job, NOW - 1)
    publish()
    assert rescue().end(job, 1, "ABORTED", STOPPED)
    found = parts.jobs.get(job)
    assert (found["JobStatus"], found["Failures"], found["FailedPieces"]) == ("COMPLETED", [], 0)


@pytest.fixture
def with_failures(parts, job, control):
    """The job has a piece whose failure file cannot be read, for this reason."""
    pieces = PieceStore(control, job.job_id)

    def make(answer):
        begun = pieces.begin(0, 0)
        pieces.record(
            begun.after(at=Checkpoint(), done=True, processed=1, failed=1, runs=[], failures=["gone"])
        )
        return Endings(Bucket(answer), "bucket", parts.lifecycle, control)

    return make


def test_a_failure_file_that_is_lost_for_good_does_not_keep_a_job_from_its_end(
    parts, job, rescue, with_failures
):
    assert rescue(endings=with_failures(MISSING)).end(job, 1, "ABORTED", STOPPED)
    found = parts.jobs.get(job)
    assert (found["JobStatus"], found["TotalFailures"]) == ("FAILED", 1)
    assert "the failure file could not be written" in found["Failures"][0]


def test_a_bucket_that_is_unwell_is_waited_for(parts, job, rescue, with_failures):
    with pytest.raises(ClientError, match="InternalError"):
        rescue(endings=with_failures(UNWELL)).end(job, 1, "ABORTED", STOPPED)
    assert parts.status(job) == "FAILING"
    assert parts.jobs.active.all() == [job]

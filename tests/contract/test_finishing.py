"""The guarantees of a finish step whose execution is stopped: the segment's version and the job's end go together."""

import csv
from dataclasses import replace

import orjson
import pytest
from botocore.exceptions import ClientError

from audience.aws import concatenation
from audience.jobs.finishing import Finisher
from audience.jobs.piece_store import PieceStore
from audience.jobs.pieces import Checkpoint
from audience.jobs.reconciler import Reconciler
from audience.kinds import KINDS
from audience.segments.store import SegmentStore
from tests.contract.segments import content
from tests.unit.aws.storage import empty_bucket

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
    parts.lifecycle.advance(key, "PROCESSING", total_pieces=0, segment_id="s1")
    return key


@pytest.fixture
def finisher(parts, control):
    return Finisher(None, "bucket", parts.lifecycle, control, KINDS)


@pytest.fixture
def reconciler(parts, finisher):
    def reconciler(*, pause=lambda _: None, may_go_on=lambda: True, clock=lambda: NOW, finisher=finisher):
        return Reconciler(finisher, parts.scheduler, may_go_on, pause, clock)

    return reconciler


@pytest.fixture
def publish(control, job):
    def publish(*_):
        SegmentStore(control).publish("app", "s1", content(job_id=job.job_id))

    return publish


def test_a_job_whose_execution_is_stopped_while_it_is_finished_completes(
    parts, job, reconciler, finisher, publish
):
    def stopped_in_the_middle(*results):
        assert not reconciler(may_go_on=lambda: False).end(job, 1, "ABORTED", STOPPED)
        publish(*results)

    assert finisher.finish(job, None, stopped_in_the_middle, NOW + 900) == "COMPLETED"
    assert not reconciler().end(job, 1, "ABORTED", STOPPED)
    assert parts.status(job) == "COMPLETED"


def test_the_reconciler_waits_for_a_finish_step_until_its_deadline(parts, job, reconciler):
    parts.lifecycle.advance(job, "COMPLETING")
    parts.jobs.mark_finishing(job, NOW + 3)
    moments = iter(range(NOW, NOW + 100))
    assert reconciler(clock=lambda: next(moments)).end(job, 1, "ABORTED", STOPPED)
    assert parts.status(job) == "FAILED"
    assert next(moments) > NOW + 3


def test_a_finish_step_that_comes_after_the_reconciler_publishes_nothing(parts, job, finisher):
    parts.lifecycle.advance(job, "FAILING")

    def never(*_):
        raise AssertionError("published")

    assert finisher.finish(job, None, never, NOW + 900) == "FAILING"
    assert parts.status(job) == "FAILING"


def test_a_finish_step_that_fails_is_not_waited_for_by_the_reconciler(parts, job, reconciler, finisher):
    def fail(*_):
        raise OSError("no")

    with pytest.raises(OSError, match="no"):
        finisher.finish(job, None, fail, NOW + 900)
    assert reconciler(pause=lambda _: pytest.fail("waited")).end(job, 1, "FAILED", STOPPED)
    assert parts.status(job) == "FAILED"


def test_a_job_whose_finish_step_died_after_it_published_is_complete(parts, job, reconciler, publish):
    parts.lifecycle.advance(job, "COMPLETING")
    parts.jobs.mark_finishing(job, NOW - 1)
    publish()
    assert reconciler().end(job, 1, "ABORTED", STOPPED)
    found = parts.jobs.get(job)
    assert (found.status, found.failures, found.failed_pieces) == ("COMPLETED", [], 0)


@pytest.mark.parametrize("was_read", [True, False])
def test_a_job_completes_without_its_skipped_files_if_another_was_read(parts, control, finisher, was_read):
    job = parts.job()
    parts.lifecycle.advance(job, "PROCESSING", total_pieces=1)
    pieces = PieceStore(control, job.job_id)
    skipped = ["s3://b/x.csv: line 1: this is a zip archive"]
    done = replace(pieces.begin(0, 0), status="DONE", intervals=1, skipped=skipped, was_read=was_read)
    pieces.record(done)
    ended = finisher.finish(job, None, lambda *_: None, NOW + 900)
    found = parts.jobs.get(job)
    assert ended == found.status == ("COMPLETED" if was_read else "FAILED")
    assert found.skipped_files == skipped
    assert found.failures == ([] if was_read else [f"no file of the job can be read: {skipped[0]}"])


@pytest.fixture
def with_failures(parts, job, control):
    """The job has a piece whose failure file cannot be read, for this reason."""
    pieces = PieceStore(control, job.job_id)

    def make(answer):
        begun = pieces.begin(0, 0)
        pieces.record(
            begun.after(at=Checkpoint(), done=True, processed=1, failed=1, runs=[], failures=["gone"])
        )
        return Finisher(Bucket(answer), "bucket", parts.lifecycle, control, KINDS)

    return make


def test_a_job_ends_though_its_failure_file_cannot_be_written(parts, job, reconciler, with_failures):
    assert reconciler(finisher=with_failures(MISSING)).end(job, 1, "ABORTED", STOPPED)
    found = parts.jobs.get(job)
    assert (found.status, found.total_failures) == ("FAILED", 1)
    assert "the failure file could not be written" in found.failures[0]


def test_a_transient_error_of_the_bucket_leaves_the_job_failing_for_the_next_try(
    parts, job, reconciler, with_failures
):
    with pytest.raises(ClientError, match="InternalError"):
        reconciler(finisher=with_failures(UNWELL)).end(job, 1, "ABORTED", STOPPED)
    assert parts.status(job) == "FAILING"
    assert parts.jobs.active.all() == [job]


@pytest.fixture
def storage():
    with empty_bucket() as made:
        yield made


@pytest.fixture
def hasty(parts, job, control, storage, monkeypatch):
    """A Finisher that has time for one step, of a job whose failure file takes four, and its CSV five."""
    monkeypatch.setattr(concatenation, "PART", 5 << 20)
    place = {"Object": "s3://b/k", "Field": "f", "Reason": "r", "Row": "x" * 500_000}
    lines = [orjson.dumps({**place, "Line": number}) + b"\n" for number in range(26)]
    files = [storage.put(f"part-{number}", b"".join(lines[number : number + 13])) for number in (0, 13)]
    begun = PieceStore(control, job.job_id).begin(0, 0)
    PieceStore(control, job.job_id).record(
        begun.after(at=Checkpoint(), done=True, processed=1, failed=26, runs=[], failures=files)
    )
    one = {"UpdateExpression": "SET TotalPieces = :one", "ExpressionAttributeValues": {":one": 1}}
    control.update_item(Key=job.item_key, **one)

    def is_whole():
        found = parts.jobs.get(job)
        assert (found.total_processed, found.total_failures) == (1, 26)
        assert [line.split(" line ")[1] for line in found.failures if " line " in line] == [
            f"{number}: f: r" for number in range(26)
        ]
        assert storage.get(job.failures_key) == b"".join(lines)
        rows = list(csv.DictReader(storage.get(job.failures_csv_key).decode("utf-8-sig").splitlines()))
        assert [row["Line"] for row in rows] == [str(number) for number in range(26)]
        assert storage.uploads() == []

    finisher = Finisher(storage.s3, storage.bucket, parts.lifecycle, control, KINDS, lambda: False)
    return finisher, is_whole


def test_a_finish_step_that_runs_out_of_time_is_continued_by_the_next(parts, job, hasty):
    finisher, is_whole = hasty
    published = []
    for _ in range(4 + 5):
        assert finisher.finish(job, None, lambda *_: published.append(1), NOW + 900) == "COMPLETING"
        assert (parts.jobs.get(job).finishing_until, published) == (0, [])
    assert finisher.finish(job, None, lambda *_: published.append(1), NOW + 900) == "COMPLETED"
    assert published == [1]
    is_whole()


def test_the_reconciler_continues_where_a_finish_step_ran_out_of_time(parts, job, reconciler, hasty):
    finisher, is_whole = hasty
    assert finisher.finish(job, None, lambda *_: pytest.fail("published"), NOW + 900) == "COMPLETING"
    for _ in range(3 + 5):
        assert not reconciler(finisher=finisher).end(job, 1, "ABORTED", STOPPED)
        assert parts.status(job) == "FAILING"
        assert parts.jobs.active.all() == [job]
    assert reconciler(finisher=finisher).end(job, 1, "ABORTED", STOPPED)
    assert parts.status(job) == "FAILED"
    is_whole()


def test_a_failure_file_begun_of_other_parts_is_begun_again(parts, job, control, storage, hasty):
    finisher, _ = hasty
    assert finisher.finish(job, None, lambda *_: None, NOW + 900) == "COMPLETING"
    late = storage.put("late", b'{"Object": "o", "Line": 99, "Field": "", "Reason": "r", "Row": ""}\n')
    pieces = PieceStore(control, job.job_id)
    begun = pieces.begin(0, 0)
    pieces.record(begun.after(at=Checkpoint(), done=True, processed=0, failed=1, runs=[], failures=[late]))
    while finisher.finish(job, None, lambda *_: None, NOW + 900) == "COMPLETING":
        pass
    whole = [storage.get(name) for name in ("part-0", "part-13", "late")]
    assert storage.get(job.failures_key) == b"".join(whole)
    assert parts.jobs.get(job).total_failures == 27


def test_a_finish_step_returns_the_status_of_its_own_run_though_the_job_is_run_again_at_once(
    parts, job, finisher, monkeypatch
):
    """Were it to tell the status of the next run, the state machine would finish that one too."""
    note = type(parts.jobs).mark_finishing

    def run_again_first(jobs, key, deadline):
        if not deadline:
            assert jobs.reopen(key)
        return note(jobs, key, deadline)

    monkeypatch.setattr(type(parts.jobs), "mark_finishing", run_again_first)
    failed = {"Error": "SourceUnreadableError", "Cause": "no"}
    assert finisher.finish(job, failed, lambda *_: None, NOW + 900) == "FAILED"
    assert parts.status(job) == "CREATED"

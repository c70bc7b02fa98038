"""Cancelling a job and running it again; what the workers do about it is tests/workflow's matter."""

import pytest
from botocore.exceptions import ClientError

from audience.jobs.concurrency import ConcurrencyLimit
from audience.jobs.executions import Executions

KINDS = ["IMPORT", "EXPORT"]
RUNNING = ["PREPARING_FOR_INITIALIZATION", "INITIALIZING", "PROCESSING"]


@pytest.fixture
def ask(http):
    """Sends a request about a job."""
    return lambda method, key, below="": http(
        method, f"/v1/apps/{key.application_id}/jobs/{key.kind.lower()}/{key.job_id}{below}"
    )


@pytest.fixture
def cancel(ask):
    return lambda key: ask("DELETE", key)


@pytest.fixture
def retry(ask):
    return lambda key: ask("POST", key, "/retry")


@pytest.fixture
def started(monkeypatch):
    """The executions that are started, as the id of the job and the number of the run; none really is."""
    found = []
    monkeypatch.setattr(Executions, "start", lambda _, key, run: found.append((key.job_id, run)))
    return found


@pytest.fixture
def limit(stack, control, monkeypatch):
    """A limit of one job, reached by whomever a test says; jobs of other tests that still run count no more."""
    for folder in ("api", "reconcile_job"):
        function = stack.lambdas._functions[stack.function_name(folder)]
        monkeypatch.setitem(function.environment, "MAX_RUNNING_IMPORTS", "1")
    limit = ConcurrencyLimit(control, 99)
    release_all(limit)
    assert limit.acquire("somebody")
    yield limit
    release_all(limit)


def release_all(limit):
    for holder in limit.holders():
        limit.release(holder)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("status", RUNNING)
def test_a_running_job_is_cancelling_until_its_workers_have_left(cancel, recorded, jobs, kind, status):
    key = recorded(kind, status)
    for _ in range(2):
        answer = cancel(key)
        assert (answer.status, answer.json["JobStatus"]) == (202, "CANCELLING")
        assert "CompletionDate" not in answer.json
    assert jobs.get(key).status == "CANCELLING"
    assert [change.status for change in jobs.get(key).changes] == ["CREATED", status, "CANCELLING"]


def test_a_waiting_job_is_cancelled_at_once(cancel, recorded, jobs, started):
    key = recorded("IMPORT", "PENDING_JOB")
    answer = cancel(key)
    assert (answer.status, answer.json["JobStatus"]) == (202, "CANCELLED")
    assert answer.json["CompletionDate"] > answer.json["CreationDate"]
    assert key not in jobs.active.all()
    assert key.job_id not in [job_id for job_id, _ in started]


def test_a_job_that_waits_for_a_cancelled_one_is_started(cancel, recorded, limit, started):
    held = recorded("IMPORT", "PENDING_JOB")  # it counts as running, and its execution is about to begin
    limit.release("somebody")
    limit.acquire(held.job_id, held.application_id)
    waiting = recorded("IMPORT", "PENDING_JOB")
    assert cancel(held).json["JobStatus"] == "CANCELLED"
    assert started == [(waiting.job_id, 1)]
    assert limit.holders() == [waiting.job_id]


def test_a_job_is_cancelled_though_the_next_one_cannot_be_started(cancel, recorded, limit, monkeypatch):
    def busy(*_):
        raise ClientError({"Error": {"Code": "ThrottlingException"}}, "StartExecution")

    monkeypatch.setattr(Executions, "start", busy)
    limit.release("somebody")
    key, _ = recorded("IMPORT", "PENDING_JOB"), recorded("IMPORT", "PENDING_JOB")
    answer = cancel(key)
    assert (answer.status, answer.json["JobStatus"]) == (202, "CANCELLED")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("status", ["COMPLETING", "COMPLETED", "FAILING", "FAILED"])
def test_a_job_that_has_ended_or_is_about_to_cannot_be_cancelled(cancel, recorded, jobs, kind, status):
    key = recorded(kind, status)
    before = jobs.get(key)
    answer = cancel(key)
    assert answer.status == 409
    assert answer.error == (
        f"ConflictException JobStatus: the job is {status}; only a job that has not ended can be cancelled"
    )
    assert jobs.get(key) == before


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("way", [["FAILED"], ["CANCELLING", "CANCELLED"]])
def test_a_job_that_did_not_complete_is_run_again(retry, recorded, jobs, started, kind, way):
    key = recorded(kind, *way, total_pieces=3, failures=["piece 2"], completed="2026-01-01T00:00:00.000Z")
    answer = retry(key)
    assert answer.status == 202
    assert (answer.json["Id"], answer.json["JobStatus"]) == (key.job_id, "CREATED")
    assert "CompletionDate" not in answer.json
    assert started == [(key.job_id, 2)]
    assert key in jobs.active.all()


def test_a_job_that_is_run_again_waits_at_the_concurrency_limit_like_any_other(
    retry, recorded, limit, started
):
    key = recorded("IMPORT", "FAILED")
    assert retry(key).json["JobStatus"] == "PENDING_JOB"
    assert started == []
    assert limit.holders() == ["somebody"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("status", [*RUNNING, "COMPLETING", "COMPLETED", "FAILING", "CANCELLING"])
def test_any_other_job_cannot_be_run_again(retry, recorded, jobs, started, kind, status):
    key = recorded(kind, status)
    before = jobs.get(key)
    answer = retry(key)
    assert answer.status == 409
    assert answer.error == (
        f"ConflictException JobStatus: the job is {status}; "
        "only a job that is FAILED or CANCELLED can be run again"
    )
    assert (jobs.get(key), started) == (before, [])


def test_a_job_whose_next_execution_cannot_be_started_has_failed_again_and_can_be_retried(
    retry, recorded, jobs, monkeypatch
):
    def busy(*_):
        raise ClientError({"Error": {"Code": "ThrottlingException"}}, "StartExecution")

    key = recorded("IMPORT", "FAILED")
    with monkeypatch.context() as patched:
        patched.setattr(Executions, "start", busy)
        assert retry(key).status == 429
    job = jobs.get(key)
    assert (job.status, job.failures) == ("FAILED", ["The job's execution could not be started."])
    assert job.completed
    monkeypatch.setattr(Executions, "start", lambda *_: None)
    assert retry(key).status == 202
    assert jobs.get(key).run == 3


@pytest.mark.parametrize("kind", KINDS)
def test_a_job_that_does_not_exist_can_be_neither_cancelled_nor_run_again(http, app_id, kind):
    for job_id in ("0" * 32, "nope"):
        path = f"/v1/apps/{app_id}/jobs/{kind.lower()}/{job_id}"
        for answer in (http("DELETE", path), http("POST", f"{path}/retry")):
            assert (answer.status, answer.headers["x-amzn-ErrorType"]) == (404, "NotFoundException")


def test_a_job_of_another_app_or_kind_cannot_be_cancelled(http, pinpoint, app_id, recorded, jobs):
    key = recorded("IMPORT", "PROCESSING")
    other = pinpoint.create_app(CreateApplicationRequest={"Name": "o"})["ApplicationResponse"]["Id"]
    assert http("DELETE", f"/v1/apps/{other}/jobs/import/{key.job_id}").status == 404
    assert http("DELETE", f"/v1/apps/{app_id}/jobs/export/{key.job_id}").status == 404
    assert jobs.get(key).status == "PROCESSING"

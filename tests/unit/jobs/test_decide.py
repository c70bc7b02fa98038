"""What is done about a job that is listed as active, by its record, its execution and its age."""

import pytest

from audience.identifiers import new_id
from audience.jobs.model import Job, JobKey
from audience.jobs.reconciler import ABANDONED_AFTER_S, ENDED_EXECUTIONS, created_ms, decide

KEY = JobKey("a" * 32, "IMPORT", "b" * 32)
YOUNG, OLD = ABANDONED_AFTER_S, ABANDONED_AFTER_S + 1
RUNNING = [
    "CREATED",
    "PREPARING_FOR_INITIALIZATION",
    "INITIALIZING",
    "PROCESSING",
    "COMPLETING",
    "FAILING",
    "CANCELLING",
]


def job_of(status: str) -> Job:
    return Job(KEY, "2026-01-01T00:00:00.000Z", {}, status=status)  # type: ignore[arg-type]


@pytest.mark.parametrize(("age", "action"), [(YOUNG, "wait"), (OLD, "forget")])
def test_a_job_that_was_never_recorded_is_forgotten_when_it_is_old(age: float, action: str) -> None:
    for execution in (None, "RUNNING", "FAILED"):
        assert decide(None, execution, age) == action


@pytest.mark.parametrize("status", RUNNING)
@pytest.mark.parametrize(("age", "action"), [(YOUNG, "wait"), (OLD, "start")])
def test_a_job_without_an_execution_is_started_when_it_is_old(status: str, age: float, action: str) -> None:
    assert decide(job_of(status), None, age) == action


@pytest.mark.parametrize("status", RUNNING)
@pytest.mark.parametrize("age", [0, OLD])
def test_a_job_whose_execution_runs_is_left_alone(status: str, age: float) -> None:
    assert decide(job_of(status), "RUNNING", age) == "wait"
    assert decide(job_of(status), "PENDING_REDRIVE", age) == "wait"


@pytest.mark.parametrize("status", RUNNING)
@pytest.mark.parametrize("execution", ["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"])
@pytest.mark.parametrize("age", [0, OLD])
def test_a_job_whose_execution_has_ended_is_ended(status: str, execution: str, age: float) -> None:
    assert decide(job_of(status), execution, age) == "end"
    assert ENDED_EXECUTIONS[execution].startswith("the execution")


@pytest.mark.parametrize("status", ["COMPLETED", "FAILED", "CANCELLED", "PENDING_JOB"])
@pytest.mark.parametrize("execution", [None, "RUNNING", "FAILED"])
def test_a_job_that_has_ended_or_waits_to_run_is_left_alone(status: str, execution: str | None) -> None:
    assert decide(job_of(status), execution, OLD) == "wait"


def test_a_jobs_age_is_in_its_id() -> None:
    assert created_ms(new_id(1_700_000_000_123)) == 1_700_000_000_123

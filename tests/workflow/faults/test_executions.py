"""Executions that are stopped, lost or never begun: the job ends all the same, and its counts are what is there."""

import json
from threading import Event

import pytest
import urllib3
from botocore.exceptions import ClientError

from audience.jobs import reconciler
from audience.jobs.executions import Executions
from audience.jobs.reconciler import Reconciler
from tests.workflow.files import counted, people_csv

ROWS = 60


@pytest.fixture
def machine(stack):
    return stack.variables["IMPORT_STATE_MACHINE_ARN"]


@pytest.fixture
def tell(stack, machine, customer):
    """Tells the reconciler that the execution of a job has ended, as EventBridge does."""

    def told(job, status, run=""):
        detail = {
            "executionArn": f"{machine.replace(':stateMachine:', ':execution:')}:{job['Id']}",
            "stateMachineArn": machine,
            "name": f"{job['Id']}{run}",
            "status": status,
            "input": f'{{"application_id": "{customer.app_id}", "job_id": "{job["Id"]}"}}',
        }
        return invoked(stack, {"detail": detail})

    return told


def invoked(stack, event):
    outcome = stack.lambdas.invoke(stack.function_name("reconcile_job"), json.dumps(event).encode())
    assert not outcome.failed, outcome.payload
    return json.loads(outcome.payload)


def stop(stack, machine, job):
    arn = f"{machine.replace(':stateMachine:', ':execution:')}:{job['Id']}"
    stack.client("stepfunctions").stop_execution(executionArn=arn)


def test_a_stopped_execution_fails_its_job_with_the_counts_of_what_was_done(
    stack, machine, customer, piece_bytes, instead
):
    piece_bytes(1000)
    begun, go_on = Event(), Event()

    def hold(call, event):
        if event["piece"]["index"] > 0:
            begun.set()
            assert go_on.wait(30)
        return call()

    instead("import_piece", hold)
    made = customer.create_import(customer.put("a.csv", people_csv(0, ROWS)), DefineSegment=True)
    assert begun.wait(30)
    stop(stack, machine, made)
    go_on.set()
    job = customer.ended(made)
    assert job["JobStatus"] == "FAILED"
    assert "stopped" in job["Failures"][0]
    assert job["CompletedPieces"] + job["FailedPieces"] == job["TotalPieces"]
    assert len(customer.endpoints()) == job["TotalProcessed"]
    assert customer.get("segments")["Item"] == []


@pytest.mark.parametrize("status", ["ABORTED", "FAILED", "TIMED_OUT", "SUCCEEDED"])
def test_late_and_doubled_events_change_nothing(customer, tell, status):
    content = people_csv(0, 20)
    job = customer.imported(customer.put("a.csv", content))
    assert tell(job, status) == {"ended": 0}
    assert tell(job, status) == {"ended": 0}
    assert customer.job(job) == job
    assert job["TotalProcessed"] == len(counted("CSV", content).good)


@pytest.fixture
def no_start(monkeypatch):
    monkeypatch.setattr(Executions, "start", lambda *_: None)
    return monkeypatch


def test_an_execution_that_failed_before_its_first_state_fails_its_job(customer, tell, no_start):
    del no_start
    made = customer.create_import(customer.put("a.csv", people_csv(0, 5)))
    assert tell(made, "FAILED") == {"ended": 1}
    job = customer.job(made)
    assert (job["JobStatus"], job["Failures"]) == ("FAILED", ["the execution failed"])
    assert customer.endpoints() == {}


@pytest.fixture
def is_counted(stack):
    """Whether a job counts against the concurrency limit."""

    def holds(job):
        key = {"pk": {"S": "RUNNING"}, "sk": {"S": "IMPORT"}}
        found = stack.client("dynamodb").get_item(TableName=stack.variables["CONTROL_TABLE"], Key=key)
        return job["Id"] in json.dumps(found.get("Item", {}))

    return holds


def test_a_job_counts_no_more_when_its_run_ends_but_does_when_it_was_opened_again_meanwhile(
    stack, customer, tell, no_start, is_counted
):
    made = customer.create_import(customer.put("a.csv", people_csv(0, 5)))
    retry = f"{stack.api_url}/v1/apps/{customer.app_id}/jobs/import/{made['Id']}/retry"
    end = Reconciler.end

    def opened_again_at_once(*arguments):
        ended = end(*arguments)
        assert urllib3.request("POST", retry, retries=False).status == 202
        return ended

    assert is_counted(made)
    with no_start.context() as patch:
        patch.setattr(Reconciler, "end", opened_again_at_once)
        tell(made, "FAILED")
    assert is_counted(made)
    tell(made, "FAILED", run="-2")
    assert customer.job(made)["JobStatus"] == "FAILED"
    assert not is_counted(made)


def test_a_job_that_nobody_started_is_started_by_the_reconciler(stack, customer, no_start):
    content = people_csv(0, 20)
    made = customer.create_import(customer.put("a.csv", content))
    no_start.undo()
    no_start.setattr(reconciler, "ABANDONED_AFTER_S", -1)
    invoked(stack, {"reconcile_all": True})
    job = customer.ended(made)
    assert (job["JobStatus"], job["TotalProcessed"]) == ("COMPLETED", len(counted("CSV", content).good))


def test_a_start_that_is_refused_fails_the_job_and_leaves_nothing_running(stack, customer, monkeypatch):
    def refuse(*_):
        raise ClientError(
            {"Error": {"Code": "StateMachineDoesNotExist", "Message": "gone"}}, "StartExecution"
        )

    url = customer.put("a.csv", people_csv(0, 5))
    with monkeypatch.context() as patch:
        patch.setattr(Executions, "start", refuse)
        with pytest.raises(ClientError):
            customer.create_import(url)
    (job,) = customer.get("jobs/import")["Item"]
    assert job["JobStatus"] == "FAILED"
    assert "could not be started" in job["Failures"][0]
    control = stack.variables["CONTROL_TABLE"]
    key = {"pk": {"S": "ACTIVE"}, "sk": {"S": job["Id"]}}
    assert "Item" not in stack.client("dynamodb").get_item(TableName=control, Key=key)

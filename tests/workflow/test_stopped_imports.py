"""A job whose execution somebody stops in the console ends too."""

import gzip
import json
from threading import Event

import pytest


@pytest.fixture
def stopped(customer, instead, piece_bytes):
    """A job of three pieces, stopped while its second worker is about to begin; lets that one go on."""
    blocked, release, returned = Event(), Event(), Event()

    def block_the_second(call, event):
        if event["piece"]["index"] != 1:
            return call()
        blocked.set()
        release.wait(30)
        outcome = call()
        returned.set()
        return outcome

    piece_bytes(10)
    for name in "abc":
        customer.put(f"in/{name}.csv.gz", gzip.compress(f"Id,Address,ChannelType\n{name},x,SMS\n".encode()))
    instead("import_piece", block_the_second)
    made = customer.create_import(customer.url("in/"), DefineSegment=True)
    assert blocked.wait(30)
    machine = customer.stack.variables["IMPORT_STATE_MACHINE_ARN"].replace(":stateMachine:", ":execution:")
    customer.stack.client("stepfunctions").stop_execution(executionArn=f"{machine}:{made['Id']}")

    def go_on():
        release.set()
        assert returned.wait(30)

    yield made, go_on
    go_on()


def test_an_execution_that_is_stopped_in_the_console_ends_its_job(customer, stopped):
    made, go_on = stopped
    go_on()
    job = customer.ended(made)
    assert job["JobStatus"] == "FAILED"
    assert job["Failures"][0].startswith("the execution was stopped")
    assert job["CompletedPieces"] + job["FailedPieces"] == job["TotalPieces"] == 3
    assert job["TotalProcessed"] == len(customer.endpoints())


def test_a_worker_that_outlives_its_execution_changes_no_count(customer, stopped):
    made, go_on = stopped
    # AWS tells of the end at once; the local engine only when all workers have returned.
    told = {
        "stateMachineArn": customer.stack.variables["IMPORT_STATE_MACHINE_ARN"],
        "name": made["Id"],
        "status": "ABORTED",
        "input": json.dumps({"application_id": customer.app_id, "job_id": made["Id"]}),
    }
    reconcile = customer.stack.function_name("reconcile_job")
    event = json.dumps({"source": "aws.states", "detail": told})
    customer.stack.client("lambda").invoke(FunctionName=reconcile, Payload=event)
    job = customer.ended(made)
    assert (job["JobStatus"], job["FailedPieces"] > 0) == ("FAILED", True)
    assert "piece 2 of 3 was not completed: its worker did not come to an end" in job["Failures"]
    go_on()
    assert customer.job(made) == job
    assert job["TotalProcessed"] == len(customer.endpoints())

"""At most so many imports run at a time; the next ones wait in order and start by themselves."""

from threading import Event

import pytest
import urllib3

from audience.layout.control_table import RUNNING_IMPORTS
from tests.workflow.files import counted, people_csv


@pytest.fixture(autouse=True)
def _two_at_a_time(stack, monkeypatch):
    """Two imports may run, whatever other tests have left that never ends and counts as running."""
    key = {name: {"S": value} for name, value in RUNNING_IMPORTS.key().items()}
    stack.client("dynamodb").delete_item(TableName=stack.variables["CONTROL_TABLE"], Key=key)
    for folder in ("api", "reconcile_job"):
        environment = stack.lambdas._functions[stack.function_name(folder)].environment
        monkeypatch.setitem(environment, "MAX_RUNNING_IMPORTS", "2")


def test_imports_beyond_the_limit_wait_and_start_in_their_order(customer, instead):
    go_on, started = Event(), []

    def hold(call, event):
        started.append(event["job_id"])
        assert go_on.wait(30)
        return call()

    instead("plan_import", hold)
    content = people_csv(0, 6)
    made = [customer.create_import(customer.put(f"{name}.csv", content)) for name in "abcd"]
    waiting = [customer.job(job)["JobStatus"] for job in made[2:]]
    go_on.set()
    jobs = [customer.ended(job) for job in made]
    assert waiting == ["PENDING_JOB", "PENDING_JOB"]
    assert [job["JobStatus"] for job in jobs] == ["COMPLETED"] * 4
    assert {job["TotalProcessed"] for job in jobs} == {len(counted("CSV", content).good)}
    ids = [job["Id"] for job in made]
    assert set(started[:2]) == set(ids[:2])
    assert set(started[2:]) == set(ids[2:])


def test_a_job_that_dies_makes_room_for_the_next(stack, customer, instead):
    go_on, begun = Event(), []

    def hold(call, event):
        begun.append(event["job_id"])
        assert go_on.wait(30)
        return call()

    instead("plan_import", hold)
    url = customer.put("a.csv", people_csv(0, 6))
    first, second, third = (customer.create_import(url) for _ in range(3))
    assert customer.job(third)["JobStatus"] == "PENDING_JOB"
    machine = stack.variables["IMPORT_STATE_MACHINE_ARN"].replace(":stateMachine:", ":execution:")
    stack.client("stepfunctions").stop_execution(executionArn=f"{machine}:{first['Id']}")
    go_on.set()
    assert customer.ended(first)["JobStatus"] == "FAILED"
    assert customer.ended(second)["JobStatus"] == "COMPLETED"
    assert customer.ended(third)["JobStatus"] == "COMPLETED"


def test_a_waiting_job_is_cancelled_at_once(stack, customer, instead):
    go_on = Event()

    def hold(call, _event):
        assert go_on.wait(30)
        return call()

    instead("plan_import", hold)
    url = customer.put("a.csv", people_csv(0, 6))
    first, second, third = (customer.create_import(url) for _ in range(3))
    path = f"{stack.api_url}/v1/apps/{customer.app_id}/jobs/import/{third['Id']}"
    assert urllib3.request("DELETE", path, retries=False).status == 202
    assert customer.job(third)["JobStatus"] == "CANCELLED"
    go_on.set()
    assert [customer.ended(job)["JobStatus"] for job in (first, second)] == ["COMPLETED", "COMPLETED"]

"""An app is deleted while its import is at any one of its requests: nothing is left in the tables and the bucket."""

import threading
import time
from types import SimpleNamespace

import pytest

from audience.apps.pending_removals import LATE_S
from tests.workflow.faults.wiretap import Wiretap
from tests.workflow.files import people_csv

FUNCTIONS = ("plan_import", "import_piece", "finish_import", "fail_piece")
ROWS = people_csv(0, 25)
PAUSE_S = 0.03
SAMPLES = 8  # moments of the import at which the app is deleted, spread evenly over all of them


@pytest.fixture
def reconcile_all(stack, monkeypatch):
    """Reconciles all jobs as if it were so many seconds later."""

    def run(later_s):
        clock = SimpleNamespace(time=lambda: time.time() + later_s)
        monkeypatch.setattr("reconcile_job.handler.time", clock)
        outcome = stack.lambdas.invoke(stack.function_name("reconcile_job"), b'{"reconcile_all": true}')
        assert not outcome.failed, outcome.payload

    return run


def left_of(stack, items_of, *names):
    """What names the app or its job in the tables and the bucket, but for what Step Functions wrote, which expires."""
    found = [str(item) for table in ("CONTROL_TABLE", "ENDPOINTS_TABLE") for item in items_of(table)]
    pages = stack.client("s3").get_paginator("list_objects_v2").paginate(Bucket=stack.variables["BUCKET"])
    found += [entry["Key"] for page in pages for entry in page.get("Contents", [])]
    return [
        text for text in found if any(name in text for name in names) and not text.startswith("executions/")
    ]


def wait_until_nothing_runs(stack, job_id):
    machine = stack.variables["IMPORT_STATE_MACHINE_ARN"]
    execution = f"{machine.replace(':stateMachine:', ':execution:')}:{job_id}"
    steps = stack.client("stepfunctions")
    while steps.describe_execution(executionArn=execution)["status"] == "RUNNING":
        time.sleep(PAUSE_S)
    names = {stack.function_name(folder) for folder in FUNCTIONS}
    for thread in threading.enumerate():
        if thread.name in names:
            thread.join(30)


class Pause:
    """Holds a request before or after its effect."""

    def __init__(self, *, after):
        self.begun, self.go_on = threading.Event(), threading.Event()
        self._after = after

    def __call__(self, _request, send):
        answer = send() if self._after else None
        self.begun.set()
        assert self.go_on.wait(30)
        return answer or send()


def test_nothing_is_left_wherever_the_import_was(stack, items_of, new_app, piece_bytes, reconcile_all):
    piece_bytes(1000)

    def run(at, act):
        owner, tap = new_app(), Wiretap(stack, FUNCTIONS, at, act)
        with tap.tapping():
            job = owner.create_import(owner.put("a.csv", ROWS), DefineSegment=True)
            wait_until_nothing_runs(stack, job["Id"])
        return owner, job, tap

    owner, job, tap = run(-1, None)
    assert owner.job(job)["JobStatus"] == "COMPLETED"
    for sample in range(SAMPLES):
        pause = Pause(after=bool(sample % 2))
        tapped = Wiretap(stack, FUNCTIONS, sample * tap.seen // SAMPLES, pause)
        owner = new_app()
        with tapped.tapping():
            job = owner.create_import(owner.put("a.csv", ROWS), DefineSegment=True)
            assert pause.begun.wait(30), sample
            owner.pinpoint.delete_app(ApplicationId=owner.app_id)
            pause.go_on.set()
            wait_until_nothing_runs(stack, job["Id"])
        for later_s in (0, LATE_S + 60, 2 * LATE_S + 120):
            reconcile_all(later_s)
        assert left_of(stack, items_of, owner.app_id, job["Id"]) == [], tapped.done

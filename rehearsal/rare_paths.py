"""The paths that few jobs take: cancel, retry, a job that is stopped or loses its role, removal of an app."""

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

import boto3

from rehearsal import traces
from rehearsal.account import ROLE_STACK
from rehearsal.deployed import function_name
from walk.customer import Customer, Job
from walk.samples import Sample, json_sample
from walk.show import LONGEST_S, step, watch

ROWS = 1500  # enough to be seen running
SWEEPS = 20


def without_a_role(customer: Customer) -> Customer:
    """Import an upload and export into the service's own bucket; return whose app it is."""
    step("Without a role: an upload is imported, an export goes to the service's bucket")
    own = Customer(replace(customer.place, own=None), "Uploads", customer.checks)
    sample = json_sample(20_000, 500)
    job = own.import_sample(sample, Format="JSON", DefineSegment=True, SegmentName="Uploaded")
    own.segment(job["Definition"]["SegmentId"], sample)
    own.export("everybody", sample.good)
    own.export("uploaded", sample.good, SegmentId=job["Definition"]["SegmentId"])
    own.export("nobody", 0, SegmentId=own.create_segment("Nobody", Plan=["none"]))
    return own


def cancelled_and_retried(customer: Customer) -> None:
    """Cancel a running import, and run it again."""
    step("Cancel and retry: a running import is cancelled, then run again")
    sample = json_sample(100_000, ROWS)
    job_id = _running(customer, sample)
    with held("import_piece"):
        customer.checks.same("CancelImportJob", _change(customer, "DELETE", job_id), 202)
    job = _ended(customer, job_id, sample)
    customer.checks.same("status", job["JobStatus"], "CANCELLED")
    customer.checks.holds(
        "rows that were not done are not counted",
        job["TotalProcessed"] + job["TotalFailures"] < ROWS,
        str(job["TotalProcessed"]),
    )
    _retry(customer, job_id, sample)


def stopped_and_retried(customer: Customer, machine_arn: str) -> None:
    """Stop an execution as somebody does in the console, see the job ended, and run it again."""
    step("Rescue: somebody stops the execution in the console")
    sample = json_sample(110_250, ROWS)  # the first row is bad, so that there is a failure file to write
    job_id = _running(customer, sample)
    stepfunctions = boto3.client("stepfunctions")
    with held("import_piece"):
        sweep()  # it looks at the job's execution, which runs
        running = stepfunctions.list_executions(stateMachineArn=machine_arn, statusFilter="RUNNING")[
            "executions"
        ]
        [execution] = [execution for execution in running if execution["name"].startswith(job_id)]
        stepfunctions.stop_execution(executionArn=execution["executionArn"], cause="rehearsal")
    job = _ended(customer, job_id, sample)
    customer.checks.same("status", job["JobStatus"], "FAILED")
    customer.checks.holds("and it says why", "stopped" in str(job["Failures"]).lower(), str(job["Failures"]))
    _retry(customer, job_id, sample)


def refused_and_retried(customer: Customer) -> None:
    """Take the role's rights away while an import runs, give them back, and run it again."""
    step("A role that is refused while its job runs: the pieces fail, and a retry reads them")
    sample = json_sample(120_000, ROWS)
    job_id = _running(customer, sample)
    with _role_without("Import", customer):
        job = _ended(customer, job_id, sample)
    customer.checks.same("status", job["JobStatus"], "FAILED")
    _retry(customer, job_id, sample)


def removed_while_working(customer: Customer, outputs: Mapping[str, str]) -> None:
    """Delete an app while its import runs, write what a late worker would, sweep, and see that nothing is left."""
    step("Removal: an app is deleted while its import runs, and the sweep takes what its workers still write")
    other = Customer(customer.place, "Removed", customer.checks)
    _running(other, json_sample(130_000, ROWS))
    late = traces.items_of(other.app, outputs)
    other.remove_app()
    traces.write(other.app, outputs, late)
    left = traces.of(other.app, outputs)
    customer.checks.holds("a late worker wrote something", left)
    for _ in range(SWEEPS):
        sweep()
        left = traces.of(other.app, outputs)
        if not left:
            break
        time.sleep(1)
    customer.checks.same("items and objects of the app that are left", left, [])


def sweep() -> None:
    """Invoke reconcile_job as its rule does every five minutes.

    Raises:
        RuntimeError: the function failed.
    """
    answer = boto3.client("lambda").invoke(
        FunctionName=function_name("reconcile_job"), Payload=json.dumps({"reconcile_all": True})
    )
    if "FunctionError" in answer:
        raise RuntimeError(f"reconcile_job failed: {answer['Payload'].read().decode()}")


def _running(customer: Customer, sample: Sample) -> str:
    """Start an import, and return its id as soon as some rows are done."""
    job_id = customer.start_import(**customer.files.put(sample.files), Format="JSON")
    until = time.monotonic() + LONGEST_S
    job: Job = {}
    while time.monotonic() < until and not (job.get("TotalProcessed") or job.get("CompletionDate")):
        time.sleep(0.1)
        job = customer.import_job(job_id)
    return job_id


def _ended(customer: Customer, job_id: str, sample: Sample) -> Job:
    return watch("import", sample.good + sample.bad, lambda: customer.import_job(job_id))


def _retry(customer: Customer, job_id: str, sample: Sample) -> None:
    answer = _change(customer, "POST", job_id, "/retry")
    customer.checks.same("RetryImportJob", answer, 202)
    customer.ended_import(job_id, sample)


def _change(customer: Customer, method: str, job_id: str, tail: str = "") -> int:
    path = f"/v1/apps/{customer.app}/jobs/import/{job_id}{tail}"
    return customer.place.call(method, path).status_code


@contextmanager
def held(folder: str) -> Iterator[None]:
    """Let no invocation of a function begin, as an operator can: its state machine goes on trying."""
    functions, name = boto3.client("lambda"), function_name(folder)
    functions.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
    try:
        yield
    finally:
        functions.delete_function_concurrency(FunctionName=name)


@contextmanager
def _role_without(policy: str, customer: Customer) -> Iterator[None]:
    iam = boto3.client("iam")
    name = customer.place.own.role_arn.rpartition("/")[2] if customer.place.own else ROLE_STACK
    document = iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]
    iam.delete_role_policy(RoleName=name, PolicyName=policy)
    try:
        yield
    finally:
        iam.put_role_policy(RoleName=name, PolicyName=policy, PolicyDocument=json.dumps(document))

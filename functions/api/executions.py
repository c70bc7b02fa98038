"""Jobs are recorded, then started; those of an app that goes are stopped."""

from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from api import stores
from audience.identifiers import now_iso
from audience.jobs.factories import executions_of_env, lifecycle_of, scheduler_of
from audience.jobs.lifecycle import count_status
from audience.jobs.model import JobKey, Record, response


def create_and_start(key: JobKey, definition: dict[str, Any], **own: Any) -> Record:
    """Store a new job and start its execution; returns the job's record.

    Args:
        key: the job's key.
        definition: what the client asked for, with the defaults filled in.
        own: members of the record that the client does not see.

    Raises:
        ClientError: the execution could not be started; the record says so and is FAILED.
        BotoCoreError: Step Functions could not be reached; likewise.
    """
    record = {
        "Id": key.job_id,
        "ApplicationId": key.application_id,
        "Type": key.kind,
        "JobStatus": "CREATED",
        "CreationDate": now_iso(),
        "Definition": definition,
        **own,
    }
    storage = stores.settings()
    lifecycle = lifecycle_of(storage)
    lifecycle.jobs.create(key, record)
    lifecycle.announce(key)
    count_status(key.kind, "CREATED")
    start(key)
    return record


def resumed(key: JobKey) -> Record | None:
    """What the API answers of a job whose making broke off after its record was stored; None where there is none.

    Raises:
        ClientError, BotoCoreError: as for `create_and_start`.
    """
    record = stores.jobs().find(key)
    if record is None:
        return None
    if record["JobStatus"] == "CREATED":
        start(key)
    return response(record)


def start(key: JobKey) -> None:
    """Start a job, or let it wait at the concurrency limit.

    Raises:
        ClientError: the execution could not be started; the record says so and is FAILED.
        BotoCoreError: Step Functions could not be reached; likewise.
    """
    scheduler = scheduler_of(stores.settings())
    try:
        scheduler.start(key)
    except (ClientError, BotoCoreError):
        reason = "The job's execution could not be started."
        lifecycle_of(stores.settings()).advance(key, "FAILED", CompletionDate=now_iso(), Failures=[reason])
        scheduler.release(key)
        raise


def stop_all(application_id: str) -> None:
    """Stop the executions of an app's jobs; those that have none (any more) are left alone."""
    for key in stores.jobs().active.all():
        if key.application_id == application_id:
            _stop(key)


def _stop(key: JobKey) -> None:
    try:
        job = stores.jobs().find(key)
        executions_of_env().stop(key, job["run"] if job else 1, "The app of this job was deleted.")
    except ClientError as refused:
        if refused.response["Error"]["Code"] != "ExecutionDoesNotExist":
            raise

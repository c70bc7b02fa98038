"""Jobs are recorded, then started; those of an app that goes are stopped."""

from typing import Any

from botocore.exceptions import ClientError

from api import stores
from audience.identifiers import now_iso
from audience.jobs.factories import creator_of, executions_of_env
from audience.jobs.model import JobKey, Record, response


def create_job(key: JobKey, definition: dict[str, Any], **own: Any) -> Record:
    """Store a new job and start its execution; return the job's record.

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
    creator_of(stores.settings()).create(key, record)
    return record


def resume_job(key: JobKey) -> Record | None:
    """Return the API's answer about a job whose creation broke off after it was recorded, or None.

    Raises:
        ClientError, BotoCoreError: as for `create_job`.
    """
    record = creator_of(stores.settings()).resume(key)
    return response(record) if record else None


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

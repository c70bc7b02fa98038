"""Jobs created and started for the API, and stopped when their app is deleted."""

from botocore.exceptions import ClientError

from api.shown_jobs import shown_job
from audience.jobs.factories import creator_of, executions_of
from audience.jobs.model import Job, JobKey, JsonObject
from audience.kinds import KINDS
from http_api import stores


def create_job(job: Job) -> JsonObject:
    """Store a new job and start its execution; return what the API answers of it.

    Raises:
        ClientError: the execution could not be started; the record says so and is FAILED.
        BotoCoreError: Step Functions could not be reached; likewise.
    """
    creator_of(stores.settings(), KINDS).create(job)
    return shown_job(job)


def resume_job(key: JobKey) -> JsonObject | None:
    """Return the API's answer about a job whose creation broke off after it was recorded, or None.

    Raises:
        ClientError, BotoCoreError: as for `create_job`.
    """
    job = stores.jobs().find(key)
    if job is None:
        return None
    if job.status == "CREATED":
        creator_of(stores.settings(), KINDS).start(key)
    return shown_job(job)


def stop_all(application_id: str) -> None:
    """Stop the executions of an app's jobs; those that have none (any more) are left alone."""
    for key in stores.jobs().active.all():
        if key.application_id == application_id:
            _stop(key)


def _stop(key: JobKey) -> None:
    try:
        job = stores.jobs().find(key)
        executions_of(KINDS).stop(key, job.run if job else 1, "The app of this job was deleted.")
    except ClientError as refused:
        if refused.response["Error"]["Code"] != "ExecutionDoesNotExist":
            raise

"""Cancel jobs, and run failed ones again."""

from aws_lambda_powertools import Logger
from botocore.exceptions import BotoCoreError, ClientError

from audience.identifiers import now_iso
from audience.jobs.factories import creator_of, lifecycle_of, scheduler_of
from audience.jobs.lifecycle import Lifecycle
from audience.jobs.model import Job, JobKey
from audience.kinds import KINDS
from http_api import stores
from http_api.errors import ConflictError

logger = Logger(child=True)


def cancel(key: JobKey) -> Job:
    """Cancel a job and return it.

    One that waits to run has ended then. One that runs is CANCELLING: its workers see that within seconds, and
    its finish step ends it.

    Raises:
        ConflictError: it has ended, or is past its last row.
    """
    lifecycle = lifecycle_of(stores.settings())
    moved = lifecycle.advance(key, "CANCELLING")
    job = lifecycle.jobs.get(key)
    if not moved and job.status != "CANCELLING":
        raise ConflictError(
            f"JobStatus: the job is {job.status}; only a job that has not ended can be cancelled"
        )
    if job.changes[-2].status != "PENDING_JOB":
        return job
    _end_waiting(key, lifecycle)
    return lifecycle.jobs.get(key)


def retry(key: JobKey) -> Job:
    """Run an ended job again, for the pieces that were not done, and return it.

    Raises:
        ConflictError: it is neither FAILED nor CANCELLED.
        ClientError: the execution could not be started; the record says so and is FAILED.
        BotoCoreError: Step Functions could not be reached; likewise.
    """
    reopened = creator_of(stores.settings(), KINDS).reopen(key)
    job = stores.jobs().get(key)
    if not reopened:
        raise ConflictError(
            f"JobStatus: the job is {job.status}; only a job that is FAILED or CANCELLED can be run again"
        )
    return job


def _end_waiting(key: JobKey, lifecycle: Lifecycle) -> None:
    """End a job that no worker ever saw. If its execution is starting just now, it finds the job CANCELLED."""
    lifecycle.advance(key, "CANCELLED", completed=now_iso())
    try:
        scheduler_of(stores.settings(), KINDS).release(key)
    except (ClientError, BotoCoreError) as refused:
        # The job is cancelled all the same, and the reconciler starts those that wait.
        logger.warning("waiting jobs not started", reason=type(refused).__name__)

"""Finish Attribute Removal: free the names, add up the piece records into the job record, end the job."""

from typing import Any

from aws_lambda_powertools import Logger

from audience.aws.clients import client, table
from audience.endpoints.leaving_names import LeavingNames
from audience.jobs.factories import lifecycle_of
from audience.jobs.finishing import Finisher
from audience.jobs.model import Job, Members
from audience.jobs.pieces import PieceRecord
from audience.jobs.step import Step, step_of
from audience.kinds import KINDS

logger = Logger()


@step_of("ATTRIBUTE_REMOVAL")
def handler(step: Step) -> dict[str, Any]:
    """End the job that the event names; `error` ({Error, Cause}) is why a state before failed.

    `application_id` and `job_id` name the job.

    Returns:
        `status`: COMPLETED or FAILED; FAILING where the execution is over.
    """
    key, storage = step.key, step.storage
    control = table(storage.control_table)

    def publish(_job: Job, _pieces: list[PieceRecord], _counts: Members, _now: str) -> None:
        LeavingNames(control, key.application_id).free(key.job_id)

    finisher = Finisher(client("s3"), storage.bucket, lifecycle_of(storage), control, KINDS)
    status = finisher.finish(key, step.event.get("error"), publish, step.deadline())
    logger.info("finished", status=status)
    return {"status": status}

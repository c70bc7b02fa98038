"""Finish Import: add up the piece records into the job record, publish the segment version, end the job."""

from typing import Any

from aws_lambda_powertools import Logger

from audience.aws.clients import client, table
from audience.imports.publishing import publish_segment
from audience.jobs.endings import Endings
from audience.jobs.model import Record
from audience.jobs.pieces import PieceRecord
from audience.jobs.step import Step, step_of
from audience.jobs.wiring import lifecycle_of
from audience.segments.store import SegmentStore

logger = Logger()


@step_of("IMPORT")
def handler(step: Step) -> dict[str, Any]:
    """End the job that `application_id` and `job_id` name; `error` ({Error, Cause}) is why a state before failed.

    Returns:
        `status`: COMPLETED, FAILED or CANCELLED; FAILING where the execution is over.
    """
    event, key, storage = step.event, step.key, step.storage
    control = table(storage.control_table)

    def publish(job: Record, pieces: list[PieceRecord], _counts: Record, now: str) -> None:
        definition = job["Definition"]
        if definition["DefineSegment"] and not definition.get("DryRun"):
            publish_segment(client("s3"), storage.bucket, SegmentStore(control), key, job, pieces, now)

    endings = Endings(client("s3"), storage.bucket, lifecycle_of(storage), control)
    status = endings.finish(key, event.get("error"), publish, step.until())
    logger.info("finished", status=status)
    return {"status": status}

"""Finish Import: add up the piece records into the job record, publish the segment version, end the job."""

import time
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from audience.aws.clients import client, table
from audience.imports.publishing import publish_segment
from audience.jobs.endings import Endings
from audience.jobs.model import JobKey, Record
from audience.jobs.pieces import PieceRecord
from audience.jobs.watch import death
from audience.jobs.wiring import lifecycle_of
from audience.segments.store import SegmentStore
from audience.settings import StorageSettings

logger = Logger()
tracer = Tracer()


@tracer.capture_lambda_handler(capture_response=False)
@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, str]:
    """End the job that `application_id` and `job_id` name; `error` ({Error, Cause}) is why a state before failed.

    Returns:
        `status`: COMPLETED, FAILED or CANCELLED; FAILING where the execution is over.
    """
    storage = StorageSettings.from_env()
    key = JobKey(event["application_id"], "IMPORT", event["job_id"])
    logger.append_keys(job_id=key.job_id)
    control = table(storage.control_table)

    def publish(job: Record, pieces: list[PieceRecord], _counts: Record, now: str) -> None:
        definition = job["Definition"]
        if definition["DefineSegment"] and not definition.get("DryRun"):
            publish_segment(client("s3"), storage.bucket, SegmentStore(control), key, job, pieces, now)

    endings = Endings(client("s3"), storage.bucket, lifecycle_of(storage), control)
    until = death(context.get_remaining_time_in_millis(), time.time())
    status = endings.finish(key, event.get("error"), publish, until)
    logger.info("finished", status=status)
    return {"status": status}

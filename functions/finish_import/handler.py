"""Finish Import: add up the piece records, publish the segment version, end the job."""

from typing import Any

from aws_lambda_powertools import Logger

from audience.aws.clients import client, table
from audience.imports.definition import ImportDefinition
from audience.imports.publishing import publish_segment
from audience.jobs.factories import lifecycle_of
from audience.jobs.finishing import Finisher, ProgressKeeper
from audience.jobs.model import Job, Members
from audience.jobs.pieces import PieceRecord
from audience.jobs.step import Step, step_of
from audience.kinds import KINDS
from audience.segments.store import SegmentStore

logger = Logger()

# Longer than a step takes at 10 to 17 us a member: 64 runs of up to 150,000, or a shard of a billion members in all.
RESERVE_MS = 450_000
_HANDING_OVER = frozenset({"COMPLETING", "CANCELLING"})


@step_of("IMPORT")
def handler(step: Step) -> dict[str, Any]:
    """End the job that the event names; `error` ({Error, Cause}) is why a state before failed.

    `application_id` and `job_id` name the job.

    Returns:
        `status`: COMPLETED, FAILED or CANCELLED; FAILING where the execution is over; and `done`: false where another
        invocation has to go on.
    """
    event, key, storage = step.event, step.key, step.storage
    control = table(storage.control_table)
    lifecycle = lifecycle_of(storage)

    def may_go_on() -> bool:
        return step.remaining_ms() > RESERVE_MS

    def publish(job: Job, pieces: list[PieceRecord], _counts: Members, now: str) -> None:
        if ImportDefinition.from_document(job.definition).publishes:
            keeper = ProgressKeeper(client("s3"), storage.bucket, lifecycle.jobs, may_go_on)
            publish_segment(
                client("s3"), storage.bucket, SegmentStore(control), keeper, key, job, pieces, now
            )

    finisher = Finisher(client("s3"), storage.bucket, lifecycle, control, KINDS, may_go_on)
    status = finisher.finish(key, event.get("error"), publish, step.deadline())
    # Any other status is an end, or that of the job's next run, which this execution has no part in.
    done = status not in _HANDING_OVER
    logger.info("finished" if done else "hands over", status=status)
    return {"status": status, "done": done}

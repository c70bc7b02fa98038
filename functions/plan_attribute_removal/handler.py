"""Plan Attribute Removal: let the names leave the app, share the shards between pieces, write the piece list to S3."""

import time
from typing import Any

from aws_lambda_powertools import Logger

from audience.attribute_removals.plan import leave, pieces_of
from audience.attribute_removals.writers import seconds_to_wait
from audience.aws.clients import client, dynamodb_client, table
from audience.endpoints.leaving_names import LeavingNames
from audience.exports.plan import ShardPiece
from audience.jobs.factories import lifecycle_of
from audience.jobs.model import Job, Members
from audience.jobs.piece_store import PieceStore
from audience.jobs.planning import Planner
from audience.jobs.step import Step, step_of
from audience.settings import MapSettings

logger = Logger()


@step_of("ATTRIBUTE_REMOVAL")
def handler(step: Step) -> dict[str, Any]:
    """Plan the job that `event` names by `application_id` and `job_id`.

    Returns:
        The event with `pieces_bucket`, `pieces_key` (a JSON array of pieces), `piece_count`, `max_concurrency`, how
        many of them may be worked on at a time, and `seconds_to_wait` before the first.
    """
    key, storage = step.key, step.storage
    control = table(storage.control_table)
    leaving = LeavingNames(control, key.application_id)
    event = {**step.event, "max_concurrency": MapSettings.from_env().max_concurrency}
    lifecycle = lifecycle_of(storage)
    planner = Planner(client("s3"), storage.bucket, lifecycle, key, PieceStore(control, key.job_id))

    def make(job: Job) -> tuple[list[ShardPiece], Members]:
        leave(job, leaving, lifecycle.jobs)
        return pieces_of(job, dynamodb_client(), storage.endpoints_table), {}

    output = planner.run(event, make)
    # After they have begun to leave: an import that begins now sees that they do.
    wait = seconds_to_wait(control, key.application_id, time.time()) if output["piece_count"] else 0
    logger.info("planned", pieces=output["piece_count"], seconds_to_wait=wait)
    return {**output, "seconds_to_wait": wait}

"""Attribute Removal Piece: take the attributes off all items of some shards, or hand over when time is short."""

from typing import Any

from aws_lambda_powertools import Logger

from audience.attribute_removals.definition import RemovalDefinition
from audience.attribute_removals.worker import RemovalWorker
from audience.aws.clients import dynamodb_client, dynamodb_loop, table
from audience.aws.dynamodb_loop import DynamoDBLoop
from audience.endpoints.scan import ShardScan
from audience.exports.plan import ShardPiece
from audience.jobs.piece_runner import Watch
from audience.jobs.piece_store import PieceStore
from audience.jobs.step import Step, step_of
from audience.jobs.store import JobStore

logger = Logger()

# Left for the updates of a page and its record, with a throttled table in mind.
RESERVE_MS = 90_000


@step_of("ATTRIBUTE_REMOVAL")
def handler(step: Step) -> dict[str, Any]:
    """Work on `piece` (audience.exports.plan.ShardPiece) of the job that the event names.

    `application_id` and `job_id` name the job.

    Returns:
        `done`: false where the rest of the piece needs another invocation; nothing more is done for a job that has
        ended.
    """
    piece: ShardPiece = step.event["piece"]
    with dynamodb_loop() as dynamodb:
        worker = _worker(step, dynamodb)
        watch = Watch(worker.jobs, step.key, step.remaining_ms, RESERVE_MS)
        done = worker.run(piece, watch, step.deadline())
    logger.info("worked", done=done, stopped=watch.stopped)
    return {"done": done or watch.stopped}


def _worker(step: Step, dynamodb: DynamoDBLoop) -> RemovalWorker:
    key, storage = step.key, step.storage
    control = table(storage.control_table)
    jobs = JobStore(control)
    return RemovalWorker(
        key,
        jobs,
        PieceStore(control, key.job_id),
        ShardScan(dynamodb_client(), storage.endpoints_table, key.application_id),
        dynamodb,
        dynamodb,
        storage.endpoints_table,
        RemovalDefinition.from_document(jobs.get(key).definition),
    )

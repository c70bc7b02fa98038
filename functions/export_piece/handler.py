"""Export Piece: write the endpoints of some shards as gzip files, or hand over when time is short."""

from datetime import datetime
from typing import Any

from aws_lambda_powertools import Logger

from audience.aws.clients import client, dynamodb_client, table
from audience.endpoints.scan import ShardScan
from audience.exports.content import Content
from audience.exports.definition import ExportDefinition
from audience.exports.destination import destination_of
from audience.exports.plan import ShardPiece
from audience.exports.worker import ExportWorker
from audience.jobs.model import JobKey
from audience.jobs.piece_runner import Watch
from audience.jobs.piece_store import PieceStore
from audience.jobs.step import Step, step_of
from audience.jobs.store import JobStore
from audience.segments.store import SegmentStore
from audience.settings import AccessSettings, StorageSettings
from audience.sources.access import CustomerAccess

logger = Logger()

# Left for the last part of the file, its completion and its record.
RESERVE_MS = 60_000


@step_of("EXPORT")
def handler(step: Step) -> dict[str, Any]:
    """Work on `piece` (audience.exports.plan.ShardPiece) of the job that the event names.

    `application_id` and `job_id` name the job.

    Returns:
        `done`: false where the rest of the piece needs another invocation; nothing more is done for a job that
        was cancelled or has ended.
    """
    event, key, storage = step.event, step.key, step.storage
    piece: ShardPiece = event["piece"]
    worker = _worker(storage, key, piece)
    watch = Watch(worker.jobs, key, step.remaining_ms, RESERVE_MS)
    done = worker.run(piece, watch, step.deadline())
    logger.info("worked", done=done, stopped=watch.stopped)
    return {"done": done or watch.stopped}


def _worker(storage: StorageSettings, key: JobKey, piece: ShardPiece) -> ExportWorker:
    control = table(storage.control_table)
    jobs = JobStore(control)
    job = jobs.get(key)
    definition = ExportDefinition.from_document(job.definition)
    destination = destination_of(definition.s3_url_prefix)
    access = CustomerAccess(AccessSettings.from_env(), storage.bucket)
    content = Content(
        ShardScan(dynamodb_client(), storage.endpoints_table, key.application_id),
        SegmentStore(control),
        client("s3"),
        storage.bucket,
        key.application_id,
        datetime.fromisoformat(job.created),
        piece.get("base_versions", {}),
    )
    return ExportWorker(
        key,
        jobs,
        PieceStore(control, key.job_id),
        access.writer(definition.role_arn, job.external_id, destination),
        destination,
        content.of(definition.segment_id, piece.get("segment_version")),
    )

"""Finish Profile Export: add up the piece records, make the batches whole, end the job."""

from collections import Counter
from typing import Any

from aws_lambda_powertools import Logger

from audience.aws.clients import client, table
from audience.batches.manifest import batch_folder, manifest_of, publish_batch
from audience.jobs.factories import lifecycle_of
from audience.jobs.finishing import Finisher
from audience.jobs.model import Job, JobKey, Members
from audience.jobs.pieces import PieceRecord
from audience.jobs.step import Step, step_of
from audience.kinds import KINDS
from audience.profiles.definition import ProfileExportDefinition
from audience.settings import StorageSettings

logger = Logger()


@step_of("PROFILE_EXPORT")
def handler(step: Step) -> dict[str, Any]:
    """End the job that the event names; `error` ({Error, Cause}) is why a state before failed.

    `application_id` and `job_id` name the job.

    Returns:
        `status`: COMPLETED, FAILED or CANCELLED; FAILING where the execution is over.
    """
    event, key, storage = step.event, step.key, step.storage

    def publish(job: Job, pieces: list[PieceRecord], counts: Members, _now: str) -> None:
        counts["namespaces"] = dict(sorted(_namespaces(pieces).items()))
        _publish(storage, key, ProfileExportDefinition.from_document(job.definition), pieces)

    control = table(storage.control_table)
    finisher = Finisher(client("s3"), storage.bucket, lifecycle_of(storage), control, KINDS)
    status = finisher.finish(key, event.get("error"), publish, step.deadline())
    logger.info("finished", status=status)
    return {"status": status}


def _namespaces(pieces: list[PieceRecord]) -> Counter[str]:
    """Return how many rows have an identity in each namespace."""
    return sum((Counter(piece.namespaces) for piece in pieces), Counter[str]())


def _publish(
    storage: StorageSettings, key: JobKey, definition: ProfileExportDefinition, pieces: list[PieceRecord]
) -> None:
    written: list[Any] = [each for piece in pieces for each in piece.written]
    dataset = definition.dataset_id
    for batch in definition.batches:
        manifest = manifest_of(dataset, batch, key.job_id, definition.format, written)
        folder = batch_folder(key.application_id, dataset, batch)
        publish_batch(client("s3"), storage.bucket, folder, manifest)

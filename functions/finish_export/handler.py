"""Finish Export: add up the piece records into the job record, end the job."""

from typing import Any

from aws_lambda_powertools import Logger

from audience.aws.clients import client, table
from audience.exports.abandoned import abort_abandoned
from audience.exports.definition import ExportDefinition
from audience.exports.destination import destination_of
from audience.exports.worker import write_empty
from audience.jobs.factories import lifecycle_of
from audience.jobs.finishing import Finisher
from audience.jobs.model import Job, JobKey, Members
from audience.jobs.piece_store import PieceStore
from audience.jobs.pieces import PieceRecord
from audience.jobs.step import Step, step_of
from audience.kinds import KINDS
from audience.settings import AccessSettings, StorageSettings
from audience.sources.access import CustomerAccess

logger = Logger()


@step_of("EXPORT")
def handler(step: Step) -> dict[str, Any]:
    """End the job that the event names; `error` ({Error, Cause}) is why a state before failed.

    `application_id` and `job_id` name the job.

    Returns:
        `status`: COMPLETED, FAILED or CANCELLED; FAILING where the execution is over.
    """
    event, key, storage = step.event, step.key, step.storage

    def publish(job: Job, _pieces: list[PieceRecord], counts: Members, _now: str) -> None:
        if not counts["total_processed"]:
            _write_empty(storage, key, job)

    control = table(storage.control_table)
    finisher = Finisher(client("s3"), storage.bucket, lifecycle_of(storage), control, KINDS)
    _abort_abandoned(storage, key, lifecycle_of(storage).jobs.get(key))
    status = finisher.finish(key, event.get("error"), publish, step.deadline())
    logger.info("finished", status=status)
    return {"status": status}


def _abort_abandoned(storage: StorageSettings, key: JobKey, job: Job) -> None:
    """Abort what killed workers left in a customer's bucket; the service's own bucket has a rule for it."""
    definition = ExportDefinition.from_document(job.definition)
    destination = destination_of(definition.s3_url_prefix)
    if destination.bucket == storage.bucket:
        return
    access = CustomerAccess(AccessSettings.from_env(), storage.bucket)
    aborted = abort_abandoned(
        lambda below: access.aborter(definition.role_arn, job.external_id, below),
        destination,
        key,
        PieceStore(table(storage.control_table), key.job_id).all,
    )
    logger.info("unfinished uploads aborted", count=aborted)


def _write_empty(storage: StorageSettings, key: JobKey, job: Job) -> None:
    definition = ExportDefinition.from_document(job.definition)
    destination = destination_of(definition.s3_url_prefix)
    access = CustomerAccess(AccessSettings.from_env(), storage.bucket)
    writer = access.writer(definition.role_arn, job.external_id, destination)
    write_empty(writer, destination, key)

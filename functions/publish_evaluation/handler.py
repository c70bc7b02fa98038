"""Publish Evaluation: make the workers' results the segments' histories, and let the export begin."""

from typing import Any

from aws_lambda_powertools import Logger

from audience.aws.clients import client, table
from audience.jobs.piece_store import PieceStore
from audience.jobs.pieces import evaluation_of
from audience.jobs.step import Step, step_of
from audience.jobs.store import JobStore
from audience.memberships.publishing import HistoryPublisher
from audience.memberships.store import HistoryStore
from audience.profiles.plan import PlanFile
from audience.sharded.files import ShardManifest

logger = Logger()


@step_of("PROFILE_EXPORT")
def handler(step: Step) -> dict[str, Any]:
    """Publish the evaluation of the job that `application_id` and `job_id` name; there may be none.

    Returns:
        The event with `stage` EXPORT and the `pieces_key` and `piece_count` of the export; no piece where the job has
        been cancelled or has ended meanwhile.
    """
    event, key, storage = step.event, step.key, step.storage
    control, s3 = table(storage.control_table), client("s3")
    job = JobStore(control).get(key)
    output = {**event, "stage": "EXPORT", "pieces_key": f"{key.work_prefix}todo.json"}
    if job.status != "PROCESSING":
        return {**output, "piece_count": 0}
    kept, histories = PlanFile(s3, storage.bucket, key), HistoryStore(control)
    plan = kept.read()
    pieces = PieceStore(control, evaluation_of(key.job_id)).all()
    publisher = HistoryPublisher(s3, storage.bucket, histories, key)
    publisher.publish(plan["evaluations"], pieces, plan["evaluation_pieces"])
    kept.write_manifests(_manifests(histories, key.application_id, plan["segment_ids"]))
    logger.info("published", evaluations=len(plan["evaluations"]))
    return {**output, "piece_count": job.total_pieces}


def _manifests(
    histories: HistoryStore, application_id: str, segment_ids: list[str]
) -> dict[str, ShardManifest]:
    found = {segment_id: histories.find(application_id, segment_id) for segment_id in segment_ids}
    return {segment_id: history.manifest for segment_id, history in found.items() if history is not None}

"""Plan Profile Export: find segments to evaluate first, share the shards between pieces."""

from typing import Any

from aws_lambda_powertools import Logger

from audience.aws.clients import client, dynamodb_client, table
from audience.exports.plan import ShardPiece, estimated
from audience.jobs.factories import lifecycle_of
from audience.jobs.model import Job, JobKey, Members
from audience.jobs.piece_store import PieceStore
from audience.jobs.planning import Planner
from audience.jobs.step import Step, step_of
from audience.memberships.store import HistoryStore
from audience.profiles.plan import PlanFile, ProfilePlanner
from audience.segments.store import SegmentStore
from audience.settings import MapSettings, StorageSettings

logger = Logger()


@step_of("PROFILE_EXPORT")
def handler(step: Step) -> dict[str, Any]:
    """Plan the job that `event` names by `application_id` and `job_id`.

    Returns:
        The event with `stage` EVALUATION, `pieces_bucket`, `pieces_key` (a JSON array of pieces) and `piece_count`,
        which is 0 where nothing has to be evaluated first, and `max_concurrency`, how many of them may be worked on
        at a time; `stage` is EXPORT and there is no piece where the job has
        been cancelled or has ended.
    """
    key, storage = step.key, step.storage
    event = {**step.event, "max_concurrency": MapSettings.from_env().max_concurrency}
    control, s3 = table(storage.control_table), client("s3")
    planner = Planner(s3, storage.bucket, lifecycle_of(storage), key, PieceStore(control, key.job_id))
    kept = PlanFile(s3, storage.bucket, key)

    def make(job: Job) -> tuple[list[ShardPiece], Members]:
        plan, pieces = _planner(storage, key).plan(job)
        kept.write(plan, pieces)
        return pieces, {}

    output = planner.run(event, make)
    if not output["piece_count"]:
        return {**output, "stage": "EXPORT"}
    count = kept.read()["evaluation_pieces"]
    logger.info("planned", pieces=output["piece_count"], evaluation_pieces=count)
    name = f"{key.work_prefix}evaluation.json"
    return {**output, "stage": "EVALUATION", "pieces_key": name, "piece_count": count}


def _planner(storage: StorageSettings, key: JobKey) -> ProfilePlanner:
    control = table(storage.control_table)
    return ProfilePlanner(
        key,
        SegmentStore(control),
        HistoryStore(control),
        lambda: estimated(dynamodb_client(), storage.endpoints_table, key.application_id),
    )

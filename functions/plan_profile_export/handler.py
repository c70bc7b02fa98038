"""Plan Profile Export: see which segments have to be evaluated first, share the shards between pieces."""

from typing import Any

from aws_lambda_powertools import Logger, Tracer

from audience.aws.clients import client, table
from audience.aws.lean import lean_dynamodb
from audience.exports.plan import ShardPiece, estimated
from audience.jobs.model import JobKey, Record
from audience.jobs.pieces import PieceStore
from audience.jobs.plans import Plans
from audience.jobs.wiring import lifecycle_of
from audience.memberships.store import HistoryStore
from audience.profiles.plan import PlanFile, ProfilePlanner
from audience.segments.store import SegmentStore
from audience.settings import StorageSettings

logger = Logger()
tracer = Tracer()


@tracer.capture_lambda_handler(capture_response=False)
@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Plan the job that `event` names by `application_id` and `job_id`.

    Returns:
        The event with `stage` EVALUATION, `pieces_bucket`, `pieces_key` (a JSON array of pieces) and `piece_count`,
        which is 0 where nothing has to be evaluated first; `stage` is EXPORT and there is no piece where the job has
        been cancelled or has ended.
    """
    storage = StorageSettings.from_env()
    key = JobKey(event["application_id"], "PROFILE_EXPORT", event["job_id"])
    logger.append_keys(job_id=key.job_id)
    control, s3 = table(storage.control_table), client("s3")
    plans = Plans(s3, storage.bucket, lifecycle_of(storage), key, PieceStore(control, key.job_id))
    kept = PlanFile(s3, storage.bucket, key)

    def make(job: Record) -> tuple[list[ShardPiece], Record]:
        plan, pieces = _planner(storage, key).plan(job)
        kept.write(plan, pieces)
        return pieces, {}

    output = plans.run(event, make)
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
        lambda: estimated(lean_dynamodb(), storage.endpoints_table, key.application_id),
    )

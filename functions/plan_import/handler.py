"""Plan Import: assume the role, list the objects, cut them into pieces, write the piece list to S3."""

from typing import Any

from aws_lambda_powertools import Logger, Tracer

from audience.aws.clients import client, table
from audience.imports.plan import MOST_SKIPPED, plan
from audience.jobs.model import JobKey, Record
from audience.jobs.pieces import PieceStore
from audience.jobs.plans import Plans
from audience.jobs.wiring import lifecycle_of
from audience.settings import AccessSettings, PlanSettings, StorageSettings
from audience.sources.access import CustomerAccess
from audience.sources.location import S3Location
from audience.sources.pieces import Piece

logger = Logger()
tracer = Tracer()


@tracer.capture_lambda_handler(capture_response=False)
@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Plan the job that `event` names by `application_id` and `job_id`.

    Returns:
        The event with `pieces_bucket`, `pieces_key` (a JSON array of pieces) and `piece_count`.
    """
    storage = StorageSettings.from_env()
    key = JobKey(event["application_id"], "IMPORT", event["job_id"])
    logger.append_keys(job_id=key.job_id)
    pieces = PieceStore(table(storage.control_table), key.job_id)
    plans = Plans(client("s3"), storage.bucket, lifecycle_of(storage), key, pieces)
    output = plans.run(event, lambda job: _pieces(job, storage.bucket))
    logger.info("planned", pieces=output["piece_count"])
    return output


def _pieces(job: Record, bucket: str) -> tuple[list[Piece], Record]:
    definition = job["Definition"]
    access = CustomerAccess(AccessSettings.from_env(), bucket)
    location = S3Location.parse(definition["S3Url"])
    reader = access.reader(definition["RoleArn"], definition["ExternalId"], location)
    made = plan(reader, job, PlanSettings.from_env().piece_bytes)
    return made.pieces, {"SkippedFiles": made.skipped[:MOST_SKIPPED]} if made.skipped else {}

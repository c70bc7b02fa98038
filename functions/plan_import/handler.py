"""Plan Import: assume the role, list the objects, cut them into pieces, write the piece list to S3."""

from collections.abc import Callable
from functools import partial
from typing import Any

from aws_lambda_powertools import Logger

from audience.aws.clients import client, table
from audience.imports.definition import ImportDefinition
from audience.imports.plan import plan
from audience.imports.replan import Replanner
from audience.jobs.factories import lifecycle_of
from audience.jobs.model import Job, Members
from audience.jobs.piece_store import PieceStore
from audience.jobs.planning import Planner
from audience.jobs.step import Step, step_of
from audience.settings import AccessSettings, MapSettings, PlanSettings
from audience.sources.access import CustomerAccess
from audience.sources.location import S3Location
from audience.sources.pieces import Piece

logger = Logger()


@step_of("IMPORT")
def handler(step: Step) -> dict[str, Any]:
    """Plan the job that `event` names by `application_id` and `job_id`.

    Returns:
        The event with `pieces_bucket`, `pieces_key` (a JSON array of pieces), `piece_count` and
        `max_concurrency`, how many of them may be worked on at a time.
    """
    key, storage = step.key, step.storage
    event = {**step.event, "max_concurrency": MapSettings.from_env().max_concurrency}
    pieces = PieceStore(table(storage.control_table), key.job_id)
    planner = Planner(client("s3"), storage.bucket, lifecycle_of(storage), key, pieces)
    output = planner.run(event, partial(_pieces, storage.bucket), partial(_again, storage.bucket, pieces))
    logger.info("planned", pieces=output["piece_count"])
    return output


def _pieces(bucket: str, job: Job) -> tuple[list[Piece], Members]:
    definition = ImportDefinition.from_document(job.definition)
    made = plan(_reader(bucket, definition), definition, PlanSettings.from_env().piece_bytes)
    return made.pieces, {"skipped_files": made.skipped} if made.skipped else {}


def _again(
    bucket: str, pieces: PieceStore, job: Job, made: list[Piece], write: Callable[[list[Piece]], None]
) -> Members:
    definition = ImportDefinition.from_document(job.definition)
    files = S3Location.parse(definition.s3_url).bucket
    return Replanner(partial(_reader, bucket, definition), files, pieces).run(
        job.replanned_files or [], made, write
    )


def _reader(bucket: str, definition: ImportDefinition) -> Any:
    access = CustomerAccess(AccessSettings.from_env(), bucket)
    location = S3Location.parse(definition.s3_url)
    return access.reader(definition.role_arn, definition.external_id, location)

"""Plan Import: assume the role, list the objects, cut them into pieces or say what workers survey first."""

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import uuid4

from aws_lambda_powertools import Logger

from audience.aws.clients import client, table
from audience.imports.definition import ImportDefinition
from audience.imports.plan import Surveyors, plan, survey_all
from audience.imports.replan import Replanner
from audience.imports.survey_files import SurveyFiles
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
        `max_concurrency`, how many of them may be worked on at a time. Where the files are so large that workers
        survey them first, there are no pieces yet, but `survey_count` items in the JSON array at `survey_key`, of the
        survey called `survey`.
    """
    key, storage = step.key, step.storage
    event = {**step.event, "max_concurrency": MapSettings.from_env().max_concurrency}
    pieces = PieceStore(table(storage.control_table), key.job_id)
    planner = Planner(client("s3"), storage.bucket, lifecycle_of(storage), key, pieces)
    survey = _Survey(SurveyFiles(client("s3"), storage.bucket, key, uuid4().hex[:16]))
    output = planner.run(event, survey.pieces_of, partial(_again, storage.bucket, pieces))
    logger.info("planned", pieces=output["piece_count"], items=survey.count)
    place = {"survey": survey.files.name, "survey_key": survey.files.items_key}
    return {**output, **place, "survey_count": survey.count}


class _Survey:
    """The survey of a job's files, by the planner itself or by workers."""

    def __init__(self, files: SurveyFiles) -> None:
        self.files = files
        self.count = 0  # items that are left to workers

    def pieces_of(self, job: Job) -> tuple[list[Piece] | None, Members]:
        """Return the pieces of a job, and fields of it to set; None where workers survey its files first."""
        definition = ImportDefinition.from_document(job.definition)
        settings = PlanSettings.from_env()
        reader = _reader(self.files.bucket, definition)
        made = plan(reader, definition, settings)
        if made.survey_bytes > settings.survey_bytes:
            self.count = self.files.begin(made)
            return None, {}
        surveyed = survey_all(Surveyors(reader, definition).of(made.size.bytes), made.ranges)
        return made.pieces(surveyed), {"skipped_files": made.skipped} if made.skipped else {}


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

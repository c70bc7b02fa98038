"""Compose Pieces: put together what the ranges' surveys found, cut the files, write the piece list to S3."""

from functools import partial
from typing import Any

from aws_lambda_powertools import Logger

from audience.aws.clients import client, table
from audience.imports.survey_files import SurveyFiles
from audience.jobs.factories import lifecycle_of
from audience.jobs.model import Job, Members
from audience.jobs.piece_store import PieceStore
from audience.jobs.planning import Planner
from audience.jobs.step import Step, step_of
from audience.sources.pieces import Piece

logger = Logger()


@step_of("IMPORT")
def handler(step: Step) -> dict[str, Any]:
    """Plan the job that `event` names by `application_id` and `job_id`, by its survey called `survey`.

    Returns:
        The event with `pieces_bucket`, `pieces_key` (a JSON array of pieces) and `piece_count`.
    """
    key, storage = step.key, step.storage
    pieces = PieceStore(table(storage.control_table), key.job_id)
    planner = Planner(client("s3"), storage.bucket, lifecycle_of(storage), key, pieces)
    files = SurveyFiles(client("s3"), storage.bucket, key, step.event["survey"])
    output = planner.run(step.event, partial(_pieces, files))
    logger.info("planned", pieces=output["piece_count"])
    return output


def _pieces(files: SurveyFiles, _job: Job) -> tuple[list[Piece], Members]:
    plan = files.plan()
    return plan.pieces(files.results()), {"skipped_files": plan.skipped} if plan.skipped else {}

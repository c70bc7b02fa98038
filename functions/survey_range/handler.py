"""Survey Range: find out what ranges of the files do to the question where the next record begins."""

from typing import Any

from aws_lambda_powertools import Logger

from audience.aws.clients import client, table
from audience.imports.definition import ImportDefinition
from audience.imports.plan import Surveyors
from audience.imports.survey_files import SurveyFiles
from audience.jobs.step import Step, step_of
from audience.jobs.store import JobStore
from audience.settings import AccessSettings
from audience.sources.access import CustomerAccess
from audience.sources.location import S3Location

logger = Logger()


@step_of("IMPORT")
def handler(step: Step) -> dict[str, Any]:
    """Survey the ranges of `item` (audience.sources.file_ranges.SurveyItem) for the survey called `survey`.

    `application_id` and `job_id` name the job. What is found is written to the bucket; twice the same, where the item
    is surveyed twice.

    Returns:
        `done`: false where nothing was surveyed, because the job was cancelled or has ended.
    """
    event, key, storage = step.event, step.key, step.storage
    job = JobStore(table(storage.control_table)).get(key)
    if job.status != "INITIALIZING":
        return {"done": False}
    definition = ImportDefinition.from_document(job.definition)
    location = S3Location.parse(definition.s3_url)
    access = CustomerAccess(AccessSettings.from_env(), storage.bucket)
    reader = access.reader(definition.role_arn, definition.external_id, location)
    item = event["item"]
    surveyor = Surveyors(reader, definition).of(item["piece_bytes"])
    found = [(part, surveyor.survey(part)) for part in item["ranges"]]
    SurveyFiles(client("s3"), storage.bucket, key, event["survey"]).write_result(item, found)
    logger.info("surveyed", ranges=len(found))
    return {"done": True}

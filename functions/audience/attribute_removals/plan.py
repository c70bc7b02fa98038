"""The plan of an attribute removal: the names leave the app, and its shards are cut into pieces."""

from audience.attribute_removals.definition import RemovalDefinition
from audience.aws.dynamodb import DynamoDBClient
from audience.endpoints.leaving_names import LeavingNames
from audience.exports.plan import ShardPiece, cut, estimated
from audience.jobs.model import Job
from audience.jobs.store import JobStore

_RUNS = ("INITIALIZING", "PROCESSING")


def leave(job: Job, leaving: LeavingNames, jobs: JobStore) -> None:
    """Let the names of a job leave the app, unless the job has ended meanwhile: nobody would free them then."""
    leaving.mark(RemovalDefinition.from_document(job.definition).columns, job.key.job_id)
    now = jobs.find(job.key)
    if now is None or now.status not in _RUNS:
        leaving.keep(job.key.job_id)


def pieces_of(job: Job, dynamodb: DynamoDBClient, endpoints_table: str) -> list[ShardPiece]:
    """Return the shards of the app by piece."""
    return cut(estimated(dynamodb, endpoints_table, job.key.application_id), None)

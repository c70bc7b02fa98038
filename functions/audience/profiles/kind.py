"""Profile exports as a kind of jobs."""

from audience.aws.client_types import S3Client, Table
from audience.batches.manifest import batch_folder, discard_batch
from audience.jobs.kind import JobKind
from audience.jobs.model import Job
from audience.profiles.definition import ProfileExportDefinition


def _discard(s3: S3Client, bucket: str, _control: Table, job: Job) -> None:
    """Remove the batches of a job that was not completed: their readers expect them to be whole."""
    definition = ProfileExportDefinition.from_document(job.definition)
    for batch in definition.batches:
        discard_batch(s3, bucket, batch_folder(job.key.application_id, definition.dataset_id, batch))


PROFILE_EXPORT = JobKind("PROFILE_EXPORT", "profile_export_state_machine_arn", discard=_discard)

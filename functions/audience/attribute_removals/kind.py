"""Attribute removals as a kind of jobs."""

from audience.aws.client_types import S3Client, Table
from audience.endpoints.leaving_names import LeavingNames
from audience.jobs.kind import JobKind
from audience.jobs.model import Job


def _is_published(control: Table, job: Job) -> bool:
    """Return whether the job has freed its names."""
    return LeavingNames(control, job.key.application_id).were_freed_by(job.key.job_id)


def _discard(_s3: S3Client, _bucket: str, control: Table, job: Job) -> None:
    """Let the names stay in the app: some endpoints may still have the attributes."""
    LeavingNames(control, job.key.application_id).keep(job.key.job_id)


ATTRIBUTE_REMOVAL = JobKind(
    "ATTRIBUTE_REMOVAL",
    "attribute_removal_state_machine_arn",
    is_published=_is_published,
    discard=_discard,
)

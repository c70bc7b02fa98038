"""Import jobs as a kind of jobs."""

from audience.aws.client_types import Table
from audience.imports.failure_csv import write_failure_csv
from audience.jobs.kind import JobKind
from audience.jobs.model import Job
from audience.segments.store import SegmentStore


def _is_published(control: Table, job: Job) -> bool:
    """Return whether the job has made its version of a segment."""
    key = job.key
    if not job.segment_id:
        return False
    version = SegmentStore(control).version_of_job(key.application_id, job.segment_id, key.job_id)
    return version is not None


IMPORT = JobKind(
    "IMPORT",
    "import_state_machine_arn",
    limited=True,
    is_published=_is_published,
    write_failures=write_failure_csv,
)

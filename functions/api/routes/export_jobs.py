"""Export jobs: made, read, listed, cancelled and run again."""

from api import examples
from api.existing import existing_app
from api.export_files import files_of
from api.export_request import export_definition, external_id
from api.idempotency import IDEMPOTENCY_KEY, once
from api.job_creation import create_job
from api.jobs import found_job, list_jobs, list_jobs_of_segment
from api.models import ExportJobRequest, read
from api.paging import PAGE, Listing, page_of
from api.presigned import DOWNLOAD
from api.routes import paths
from api.shown_jobs import shown_job
from audience.identifiers import now_iso
from audience.jobs.model import Job, JobKey
from http_api.call import Body, Call
from http_api.job_changes import cancel, retry
from http_api.operations import Shape, operation
from http_api.routing import ResourceRouter
from http_api.schemas import COUNT, TEXT

router = ResourceRouter(Call)


@router.post(paths.EXPORT_JOBS, status_code=202)
@operation(
    "CreateExportJob",
    request=ExportJobRequest,
    response=Shape("ExportJobResponse"),
    headers=(IDEMPOTENCY_KEY,),
    refusals=(409,),
    example=examples.EXPORT_JOB,
)
def create_export_job() -> Body:
    """Create an export job. Everything that can be checked without writing is checked first."""
    call = router.call()
    application_id = existing_app(call)

    def make(body: Body, key: JobKey) -> Body:
        definition = export_definition(read(ExportJobRequest, body), application_id)
        return create_job(
            Job(
                key,
                now_iso(),
                definition.to_document(),
                segment_id=definition.segment_id,
                external_id=external_id(),
            )
        )

    return once(call, router.lambda_context, application_id, "EXPORT", make)


@router.get(paths.EXPORT_JOBS)
@operation("GetExportJobs", response=Shape("ExportJobsResponse"), query=PAGE)
def get_export_jobs() -> Body:
    """List an app's export jobs, newest first."""
    return list_jobs(router.call(), "EXPORT")


@router.get(paths.SEGMENT_EXPORT_JOBS)
@operation("GetSegmentExportJobs", response=Shape("ExportJobsResponse"), query=PAGE)
def get_segment_export_jobs() -> Body:
    """List the export jobs of a segment, newest first."""
    return list_jobs_of_segment(router.call(), "EXPORT")


@router.get(paths.EXPORT_JOB)
@operation("GetExportJob", response=Shape("ExportJobResponse"))
def get_export_job() -> Body:
    """Return an export job."""
    return shown_job(found_job(router.call(), "EXPORT")[1])


@router.delete(paths.EXPORT_JOB, status_code=202)
@operation("CancelExportJob", response=Shape("ExportJobResponse"), refusals=(409,))
def cancel_export_job() -> Body:
    """Cancel an export job (not in Pinpoint's API)."""
    return shown_job(cancel(found_job(router.call(), "EXPORT")[0]))


@router.post(paths.EXPORT_JOB_RETRY, status_code=202)
@operation("RetryExportJob", response=Shape("ExportJobResponse"), refusals=(409,))
def retry_export_job() -> Body:
    """Run a FAILED or CANCELLED job again, for the pieces that were not done (not in Pinpoint's API)."""
    return shown_job(retry(found_job(router.call(), "EXPORT")[0]))


@router.get(paths.EXPORT_JOB_FILES)
@operation("GetExportJobFiles", response=page_of({"FileName": TEXT, "Size": COUNT, **DOWNLOAD}), query=PAGE)
def get_export_job_files() -> Body:
    """List the files that the job has written, each with a URL (not in Pinpoint's API)."""
    call = router.call()
    key, job = found_job(call, "EXPORT")
    return files_of(key, job, Listing(call, key.application_id, key.job_id))

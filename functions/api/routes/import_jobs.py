"""Import jobs: made, read, listed, cancelled and run again."""

from api import examples
from api.existing import existing_app
from api.idempotency import IDEMPOTENCY_KEY, once
from api.import_request import import_definition
from api.job_creation import create_job
from api.jobs import found_job, list_jobs, list_jobs_of_segment
from api.models import ImportJobRequest, read
from api.objects import exists
from api.paging import PAGE
from api.presigned import DOWNLOAD, SECONDS, download_url
from api.routes import paths
from api.shown_jobs import shown_job
from audience.identifiers import now_iso
from audience.jobs.model import Job, JobKey
from http_api.call import Body, Call
from http_api.errors import BadRequestError, NotFoundError
from http_api.job_changes import cancel, retry
from http_api.operations import Parameter, Shape, operation
from http_api.routing import ResourceRouter
from http_api.schemas import closed_object

router = ResourceRouter(Call)

FORMATS = ("csv", "jsonl")
FORMAT = Parameter("format", "csv, or jsonl, which is the default", pattern=f"^({'|'.join(FORMATS)})$")


@router.post(paths.IMPORT_JOBS, status_code=201)
@operation(
    "CreateImportJob",
    request=ImportJobRequest,
    response=Shape("ImportJobResponse"),
    headers=(IDEMPOTENCY_KEY,),
    refusals=(409,),
    example=examples.IMPORT_JOB,
)
def create_import_job() -> Body:
    """Create an import job. Everything that can be checked is checked before anything is written."""
    call = router.call()
    application_id = existing_app(call)

    def make(body: Body, key: JobKey) -> Body:
        request = read(ImportJobRequest, body)
        definition, refreshes = import_definition(request, application_id)
        return create_job(
            Job(
                key,
                now_iso(),
                definition.to_document(),
                segment_id=definition.segment_id,
                refreshes=refreshes if definition.segment_id else None,
            )
        )

    return once(call, router.lambda_context, application_id, "IMPORT", make)


@router.get(paths.IMPORT_JOBS)
@operation("GetImportJobs", response=Shape("ImportJobsResponse"), query=PAGE)
def get_import_jobs() -> Body:
    """List an app's import jobs, newest first."""
    return list_jobs(router.call(), "IMPORT")


@router.get(paths.SEGMENT_IMPORT_JOBS)
@operation("GetSegmentImportJobs", response=Shape("ImportJobsResponse"), query=PAGE)
def get_segment_import_jobs() -> Body:
    """List the import jobs that made versions of a segment, newest first."""
    return list_jobs_of_segment(router.call(), "IMPORT")


@router.get(paths.IMPORT_JOB)
@operation("GetImportJob", response=Shape("ImportJobResponse"))
def get_import_job() -> Body:
    """Return an import job."""
    return shown_job(found_job(router.call(), "IMPORT")[1])


@router.delete(paths.IMPORT_JOB, status_code=202)
@operation("CancelImportJob", response=Shape("ImportJobResponse"), refusals=(409,))
def cancel_import_job() -> Body:
    """Cancel an import job (not in Pinpoint's API)."""
    return shown_job(cancel(found_job(router.call(), "IMPORT")[0]))


@router.post(paths.IMPORT_JOB_RETRY, status_code=202)
@operation("RetryImportJob", response=Shape("ImportJobResponse"), refusals=(409,))
def retry_import_job() -> Body:
    """Run a FAILED or CANCELLED job again, for the pieces that were not done (not in Pinpoint's API)."""
    return shown_job(retry(found_job(router.call(), "IMPORT")[0]))


@router.get(paths.IMPORT_JOB_FAILURES)
@operation("GetImportJobFailures", response=closed_object(DOWNLOAD), query=(FORMAT,))
def get_import_job_failures() -> Body:
    """Return a URL of the job's failure file: each failed row with its reasons (not in Pinpoint's API)."""
    call = router.call()
    key, job = found_job(call, "IMPORT")
    wanted = call.query("format") or "jsonl"
    if wanted not in FORMATS:
        raise BadRequestError(f"format: {wanted[:100]!r} is not one of {', '.join(FORMATS)}")
    # A job that was run again may have none any more, where an earlier run of it left a file.
    if not job.total_failures or not exists(key.failures_key):
        raise NotFoundError(f"There is no failure file of this job, which is {job.status}.")
    file = key.failures_csv_key if wanted == "csv" else key.failures_key
    if not exists(file):
        raise NotFoundError(
            "This job ended before there were CSVs of failures. format=jsonl has its failures."
        )
    return {"Url": download_url(file), "ExpiresInSeconds": SECONDS}

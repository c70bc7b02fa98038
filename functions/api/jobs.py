"""Find and list jobs: import jobs and export jobs alike."""

from api.existing import existing_app
from api.paging import Listing
from api.shown_jobs import shown_job
from audience.jobs.model import Job, JobKey, Kind
from http_api import stores
from http_api.call import Body, Call
from http_api.errors import NotFoundError


def found_job(call: Call, kind: Kind) -> tuple[JobKey, Job]:
    """Return the key of the job that a request names, and the job.

    Raises:
        NotFoundError: there is no such app, or no such job of that kind in it.
    """
    key = JobKey(existing_app(call), kind, call.id("job-id"))
    job = stores.jobs().find(key)
    if job is None:
        raise NotFoundError(
            f"job-id: there is no {kind.lower().replace('_', ' ')} job {key.job_id!r} in this app"
        )
    return key, job


def list_jobs(call: Call, kind: Kind) -> Body:
    """Return a page of an app's jobs of one kind, newest first."""
    application_id = existing_app(call)
    listing = Listing(call, application_id)
    jobs, following = stores.jobs().page(application_id, kind, listing.limit, listing.after)
    return listing.answer([shown_job(job) for job in jobs], following)


def list_jobs_of_segment(call: Call, kind: Kind) -> Body:
    """Return a page of the jobs of one kind that made or used a segment, newest first.

    A segment that a job is still making has jobs, but cannot be read yet.

    Raises:
        NotFoundError: there is no such segment, and no such job.
    """
    application_id, segment_id = existing_app(call), call.id("segment-id")
    listing = Listing(call, application_id, segment_id)
    jobs, following = stores.jobs().page_of_segment(
        application_id, segment_id, kind, listing.limit, listing.after
    )
    if not jobs and stores.segments().find(application_id, segment_id) is None:
        raise NotFoundError(f"segment-id: there is no segment {segment_id!r} in this app")
    return listing.answer([shown_job(job) for job in jobs], following)

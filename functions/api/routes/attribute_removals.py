"""Attribute removals: asked for as Pinpoint's clients do, and the jobs that carry them out."""

from api import examples
from api.existing import existing_app
from api.job_creation import create_job
from api.jobs import found_job, list_jobs
from api.models import UpdateAttributesRequest, read
from api.paging import PAGE
from api.routes import paths
from api.shown_jobs import shown_job
from audience.attribute_removals.definition import TYPES, RemovalDefinition
from audience.identifiers import new_id, now_iso
from audience.jobs.model import Job, JobKey
from http_api import stores
from http_api.call import Body, Call
from http_api.errors import BadRequestError
from http_api.job_changes import cancel
from http_api.operations import Schema, Shape, operation
from http_api.routing import ResourceRouter
from http_api.schemas import COUNT, TEXT, array_of, closed_object

router = ResourceRouter(Call)

_DEFINITION = closed_object(
    {"AttributeType": TEXT, "Blacklist": array_of(TEXT), "Attributes": array_of(TEXT)}
)
_CHANGES = array_of(closed_object({"Status": TEXT, "ChangedAt": TEXT}))
_COUNTS = ("TotalPieces", "CompletedPieces", "FailedPieces", "NotAttemptedPieces", "TotalProcessed")
_JOB: Schema = closed_object(
    {
        "Id": TEXT,
        "ApplicationId": TEXT,
        "Type": TEXT,
        "JobStatus": TEXT,
        "CreationDate": TEXT,
        "Definition": _DEFINITION,
        "StatusChanges": _CHANGES,
        "ExecutionArn": TEXT,
    },
    {
        "CompletionDate": TEXT,
        **dict.fromkeys((*_COUNTS, "TotalFailures"), COUNT),
        "Failures": array_of(TEXT),
    },
)
_JOBS: Schema = closed_object({"Item": array_of(_JOB)}, {"NextToken": TEXT})
_ENDING = ("FAILING", "CANCELLING", "FAILED", "CANCELLED", "COMPLETED")


@router.put(paths.ATTRIBUTES)
@operation(
    "RemoveAttributes",
    request=UpdateAttributesRequest,
    response=Shape("AttributesResource"),
    example=examples.ATTRIBUTES,
)
def remove_attributes() -> Body:
    """Remove attributes from all endpoints of an app, and their names from the app.

    The answer names the attributes that the patterns match, and the job that removes them: none where none match. A
    request for attributes that a job is removing already gets that job.
    """
    call = router.call()
    application_id, attribute_type = existing_app(call), call.parameter("attribute-type")
    if attribute_type not in TYPES:
        raise BadRequestError(f"attribute-type: {attribute_type[:100]!r} is not one of {', '.join(TYPES)}")
    request = read(UpdateAttributesRequest, call.body())
    names = stores.leaving_names(application_id).names()
    definition = RemovalDefinition.of(attribute_type, request.blacklist, names)
    job_id = _job_that_removes(application_id, definition) if definition.attributes else None
    return {
        "ApplicationId": application_id,
        "AttributeType": attribute_type,
        "Attributes": [*definition.attributes],
        **({"JobId": job_id} if job_id else {}),
    }


@router.get(paths.ATTRIBUTE_REMOVAL_JOBS)
@operation("GetAttributeRemovalJobs", response=_JOBS, query=PAGE)
def get_attribute_removal_jobs() -> Body:
    """List an app's jobs that remove attributes, newest first (not in Pinpoint's API)."""
    return list_jobs(router.call(), "ATTRIBUTE_REMOVAL")


@router.get(paths.ATTRIBUTE_REMOVAL_JOB)
@operation("GetAttributeRemovalJob", response=_JOB)
def get_attribute_removal_job() -> Body:
    """Return a job that removes attributes (not in Pinpoint's API)."""
    return shown_job(found_job(router.call(), "ATTRIBUTE_REMOVAL")[1])


@router.delete(paths.ATTRIBUTE_REMOVAL_JOB, status_code=202)
@operation("CancelAttributeRemovalJob", response=_JOB, refusals=(409,))
def cancel_attribute_removal_job() -> Body:
    """Cancel a job that removes attributes: what it has removed is gone, the names stay (not in Pinpoint's API)."""
    return shown_job(cancel(found_job(router.call(), "ATTRIBUTE_REMOVAL")[0]))


def _job_that_removes(application_id: str, definition: RemovalDefinition) -> str:
    """Return the id of the job that removes these attributes: one that runs already, or a new one."""
    for key in stores.jobs().active.all():
        if (key.application_id, key.kind) == (application_id, "ATTRIBUTE_REMOVAL"):
            job = stores.jobs().find(key)
            if job is not None and job.status not in _ENDING and _covers(job, definition):
                return key.job_id
    key = JobKey(application_id, "ATTRIBUTE_REMOVAL", new_id())
    create_job(Job(key, now_iso(), definition.to_document()))
    return key.job_id


def _covers(job: Job, definition: RemovalDefinition) -> bool:
    return {*definition.columns} <= {*RemovalDefinition.from_document(job.definition).columns}

"""Export jobs: made, read, listed and cancelled.

https://experienceleague.adobe.com/en/docs/experience-platform/segmentation/api/export-jobs
"""

from urllib.parse import urlencode

from aws_lambda_powertools.event_handler import Response

from experience_platform_api.call import Call
from experience_platform_api.errors import InvalidRequestError
from experience_platform_api.export_job_schema import EXPORT_JOB, EXPORT_JOBS, STATUSES
from experience_platform_api.export_jobs import create, found, number_in, page
from experience_platform_api.export_models import ExportJobRequest
from experience_platform_api.export_request import profile_export_definition
from experience_platform_api.export_response import response_of
from experience_platform_api.models import read
from experience_platform_api.pages import LIMIT
from experience_platform_api.routes import paths
from http_api.call import Body
from http_api.job_changes import cancel
from http_api.operations import Parameter, operation
from http_api.routing import ResourceRouter

router = ResourceRouter(Call)

_QUERY = (
    LIMIT,
    Parameter("offset", "{creationTimeMs}_{id} of the last job of the page before"),
    Parameter("status", "jobs of this status alone"),
)

_MOST = 100


@router.post(paths.EXPORT_JOBS)
@operation("CreateExportJob", request=ExportJobRequest, response=EXPORT_JOB)
def create_export_job() -> Response[Body]:
    """Create an export job. Everything that can be checked is checked before anything is written."""
    call = router.call()
    caller, body = call.caller(), call.body()
    definition = profile_export_definition(read(ExportJobRequest, body), caller.application_id)
    job = response_of(create(caller, definition, body, call.request_id))
    location = {"X-Location": f"{paths.EXPORT_JOBS}/{job['id']}"}
    return Response(status_code=200, content_type="application/json", headers=location, body=job)


@router.get(paths.EXPORT_JOBS)
@operation("GetExportJobs", response=EXPORT_JOBS, query=_QUERY)
def get_export_jobs() -> Body:
    """List export jobs, newest first."""
    call = router.call()
    caller, status = call.caller(), call.query("status")
    limit = min(call.whole_number("limit", _MOST, least=1), _MOST)
    if status is not None and status not in STATUSES:
        raise InvalidRequestError(f"status: {status[:100]!r} is not one of {', '.join(STATUSES)}")
    shown, more = page(caller, limit, number_in(call.query("offset")), status)
    following = {"limit": limit, "offset": shown[-1][0].offset} if more else {}
    wanted = {"status": status} if status and more else {}
    return {
        "records": [job for _, job in shown],
        "page": {
            "sortField": "createdTime",
            "sort": "desc",
            "pageOffset": shown[0][0].offset if shown else "",
            "pageSize": limit,
        },
        "link": {"next": f"/export/jobs/?{urlencode(following | wanted)}" if more else ""},
    }


@router.get(paths.EXPORT_JOB)
@operation("GetExportJob", response=EXPORT_JOB)
def get_export_job() -> Body:
    """Return one export job."""
    return response_of(found(router.call())[1])


@router.delete(paths.EXPORT_JOB, status_code=204)
@operation("DeleteExportJob", response=None, refusals=(409,))
def delete_export_job() -> Response[None]:
    """Cancel an export job; 204 has no body, so Adobe's text comes in a header [C]."""
    cancel(found(router.call())[0])
    text = "Export job has been marked for cancelling"
    return Response(status_code=204, headers={"Message": text})

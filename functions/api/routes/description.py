"""What the service says of itself: what it is, and its API as OpenAPI 3.1.

Signed like all the rest: an open method would be one by which anybody on the internet runs our function.
`make openapi` prints the same without a deployment.
"""

from api.routes import paths
from audience.settings import VersionSettings
from http_api.call import Body, Call
from http_api.operations import operation
from http_api.routing import ResourceRouter
from http_api.schemas import TEXT, closed_object

router = ResourceRouter(Call)

_SERVICE = closed_object({"Service": TEXT, "Version": TEXT, "Description": TEXT, "OpenApi": TEXT})
_OPENAPI = {"type": "object", "required": ["openapi", "info", "servers", "paths"]}


@router.get(paths.ROOT)
@operation("DescribeService", response=_SERVICE)
def describe_service() -> Body:
    """Return what answers here, and where its description is (not in Pinpoint's API)."""
    return {
        "Service": "Segment Jobs",
        "Version": VersionSettings.from_env().version,
        "Description": "Amazon Pinpoint's API for endpoints, segments, import jobs and export jobs",
        "OpenApi": f"{router.call().base_url}{paths.OPENAPI}",
    }


@router.get(paths.OPENAPI)
@operation("GetOpenApi", response=_OPENAPI)
def get_openapi() -> Body:
    """Return the description of this API (OpenAPI 3.1), with this deployment as its server (not in Pinpoint's API)."""
    # It loads botocore's model of Pinpoint, and describes this module's routes too.
    from api.openapi.pinpoint import api_description  # noqa: PLC0415
    from http_api.openapi.document import openapi_document  # noqa: PLC0415

    api = api_description(VersionSettings.from_env().version)
    return {**openapi_document(api), "servers": [{"url": router.call().base_url}]}

"""What the service says of itself: what it is, its API as OpenAPI 3.1, and what stock clients load to know it.

Signed like all the rest: an open method would be one by which anybody on the internet runs our function.
`make openapi` prints the same without a deployment.
"""

from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response

from api.routes import paths
from audience.settings import VersionSettings
from http_api.call import Body, Call
from http_api.errors import NotAcceptableError
from http_api.operations import File, operation
from http_api.routing import ResourceRouter
from http_api.schemas import TEXT, closed_object

router = ResourceRouter(Call)

_SERVICE = closed_object(
    {"Service": TEXT, "Version": TEXT, "Description": TEXT, "OpenApi": TEXT, "Clients": TEXT}
)
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
        "Clients": f"{router.call().base_url}{paths.CLIENTS}",
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


@router.get(paths.CLIENTS)
@operation("GetClients", response=File(paths.CLIENTS_TYPE), refusals=(406,))
def get_clients() -> Response[bytes]:
    """Return what boto3 and the AWS CLI load to know this service, as a zip (not in Pinpoint's API).

    It is unpacked into ~/.aws/models, or into a folder that AWS_DATA_PATH names. A request has to say
    `Accept: application/zip`, for API Gateway hands out no bytes to others.
    """
    if router.call().wanted != paths.CLIENTS_TYPE:
        raise NotAcceptableError(
            f"Accept: {paths.CLIENTS} is a zip, for requests whose first media type is {paths.CLIENTS_TYPE}"
        )
    from api.client_models.files import archive  # noqa: PLC0415 - it describes this module's routes too

    return Response(status_code=HTTPStatus.OK, content_type=paths.CLIENTS_TYPE, body=archive())

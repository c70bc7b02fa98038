"""The API: one Lambda for all resources."""

from typing import Any

from aws_lambda_powertools import Logger

from api.routes import paths
from http_api.errors import ApiError
from http_api.lambda_handler import answer_exceptions, lambda_handler
from http_api.options import answer_options
from http_api.routing import Resolver

# The resources of each module of api.routes.
ROUTES = {
    "api.routes.apps": (paths.APPS, paths.APP),
    "api.routes.endpoints": (paths.ENDPOINTS, paths.ENDPOINT),
    "api.routes.events": (paths.EVENTS,),
    "api.routes.users": (paths.USER,),
    "api.routes.uploads": (paths.UPLOADS,),
    "api.routes.import_jobs": (
        paths.IMPORT_JOBS,
        paths.IMPORT_JOB,
        paths.IMPORT_JOB_FAILURES,
        paths.IMPORT_JOB_RETRY,
        paths.SEGMENT_IMPORT_JOBS,
    ),
    "api.routes.export_jobs": (
        paths.EXPORT_JOBS,
        paths.EXPORT_JOB,
        paths.EXPORT_JOB_FILES,
        paths.EXPORT_JOB_RETRY,
        paths.SEGMENT_EXPORT_JOBS,
    ),
    "api.routes.attribute_removals": (
        paths.ATTRIBUTES,
        paths.ATTRIBUTE_REMOVAL_JOBS,
        paths.ATTRIBUTE_REMOVAL_JOB,
    ),
    "api.routes.segments": (
        paths.SEGMENTS,
        paths.SEGMENT,
        paths.SEGMENT_VERSIONS,
        paths.SEGMENT_VERSION,
    ),
    "api.routes.tenants": (paths.EXPERIENCE_PLATFORM,),
    "api.routes.settings": (paths.SETTINGS, paths.CHANNELS),
    "api.routes.tags": (paths.TAGS,),
    "api.routes.description": (paths.ROOT, paths.OPENAPI, paths.CLIENTS),
    "api.routes.others": (paths.OTHERS,),
}
# What SigV4 and the AWS SDKs for browsers send, and what is ours.
_SENT_BY_BROWSERS = (
    "Authorization,Content-Type,X-Amz-Date,X-Amz-Security-Token,X-Amz-Content-Sha256,X-Amz-User-Agent,"
    "amz-sdk-invocation-id,amz-sdk-request,Idempotency-Key"
)

logger = Logger()
resolver = Resolver()


def describe_error(error: ApiError, request_id: str) -> tuple[dict[str, str], dict[str, Any]]:
    """Return the headers and the body that describe an error as Pinpoint did."""
    headers = {"x-amzn-ErrorType": error.name, **error.headers}
    return headers, {"Message": error.message, "RequestID": request_id}


resolver.load_on_demand(ROUTES)
answer_options(resolver, (*paths.PATHS, paths.OTHERS), _SENT_BY_BROWSERS)
answer_exceptions(resolver, logger, describe_error)
handler = lambda_handler(resolver, logger, paths.SEEN_BY_BROWSERS)

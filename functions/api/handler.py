"""The API: one Lambda for all resources."""

from typing import Any

from aws_lambda_powertools import Logger

from api.routes import (
    apps,
    endpoints,
    events,
    export_jobs,
    import_jobs,
    others,
    segments,
    settings,
    tags,
    tenants,
    uploads,
    users,
)
from api.routes.paths import OTHERS, PATHS, SEEN_BY_BROWSERS
from http_api.errors import ApiError
from http_api.lambda_handler import answer_exceptions, lambda_handler
from http_api.options import answer_options
from http_api.routing import Resolver

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


for routes in (
    apps,
    endpoints,
    events,
    users,
    uploads,
    import_jobs,
    export_jobs,
    segments,
    tenants,
    settings,
    tags,
    others,
):
    resolver.include_router(routes.router)
answer_options(resolver, (*PATHS, OTHERS), _SENT_BY_BROWSERS)
answer_exceptions(resolver, logger, describe_error)
handler = lambda_handler(resolver, logger, SEEN_BY_BROWSERS)

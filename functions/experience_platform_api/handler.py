"""Adobe Experience Platform's API: one Lambda for all its resources."""

from typing import Any

from aws_lambda_powertools import Logger

from experience_platform_api.errors import error_body
from experience_platform_api.routes import datasets, export_jobs, merge_policies
from experience_platform_api.routes.paths import PATHS, SEEN_BY_BROWSERS
from http_api.errors import ApiError
from http_api.lambda_handler import answer_exceptions, lambda_handler
from http_api.options import answer_options
from http_api.routing import Resolver

_SENT_BY_BROWSERS = "Authorization,Accept,Content-Type,x-api-key,x-gw-ims-org-id,x-sandbox-name"

logger = Logger()
resolver = Resolver()


def describe_error(error: ApiError, request_id: str) -> tuple[dict[str, str], dict[str, Any]]:
    """Return the headers and the body that describe an error as Adobe does."""
    return error.headers, error_body(error, request_id)


for routes in (export_jobs, merge_policies, datasets):
    resolver.include_router(routes.router)
answer_options(resolver, PATHS, _SENT_BY_BROWSERS)
answer_exceptions(resolver, logger, describe_error)
handler = lambda_handler(resolver, logger, SEEN_BY_BROWSERS)

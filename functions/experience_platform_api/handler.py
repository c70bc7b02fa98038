"""Adobe Experience Platform's API: one Lambda for all its resources."""

from typing import Any

from aws_lambda_powertools import Logger

from experience_platform_api.errors import error_body
from experience_platform_api.routes import paths
from http_api.errors import ApiError
from http_api.lambda_handler import answer_exceptions, lambda_handler
from http_api.options import answer_options
from http_api.routing import Resolver

# The resources of each module of experience_platform_api.routes.
ROUTES = {
    "experience_platform_api.routes.export_jobs": (paths.EXPORT_JOBS, paths.EXPORT_JOB),
    "experience_platform_api.routes.merge_policies": (paths.MERGE_POLICIES, paths.MERGE_POLICY),
    "experience_platform_api.routes.datasets": (paths.DATASETS, paths.DATASET),
}
_SENT_BY_BROWSERS = "Authorization,Accept,Content-Type,x-api-key,x-gw-ims-org-id,x-sandbox-name"

logger = Logger()
resolver = Resolver()


def describe_error(error: ApiError, request_id: str) -> tuple[dict[str, str], dict[str, Any]]:
    """Return the headers and the body that describe an error as Adobe does."""
    return error.headers, error_body(error, request_id)


resolver.load_on_demand(ROUTES)
answer_options(resolver, paths.PATHS, _SENT_BY_BROWSERS)
answer_exceptions(resolver, logger, describe_error)
handler = lambda_handler(resolver, logger, paths.SEEN_BY_BROWSERS)

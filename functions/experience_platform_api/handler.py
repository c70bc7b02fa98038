"""The dialect of Adobe Experience Platform: one Lambda for all its resources."""

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.utilities.typing import LambdaContext

from api.errors import ApiError, told
from api.resolver import Resolver
from api.routes import options
from audience.redaction import redact
from audience.tracing import tracer
from experience_platform_api.errors import shaped
from experience_platform_api.routes import datasets, export_jobs, merge_policies
from experience_platform_api.routes.paths import PATHS

# Browsers let their scripts see only the headers that are named here (https://fetch.spec.whatwg.org/#cors-protocol).
_CORS = {
    "Access-Control-Allow-Origin": ["*"],
    "Access-Control-Expose-Headers": ["Message,X-Location,x-amzn-RequestId"],
}
_SENT_BY_BROWSERS = "Authorization,Accept,Content-Type,x-api-key,x-gw-ims-org-id,x-sandbox-name"

logger = Logger()
resolver = Resolver()
for routes in (export_jobs, merge_policies, datasets):
    resolver.include_router(routes.router)
options.register(resolver, PATHS, _SENT_BY_BROWSERS)


@tracer.capture_lambda_handler(capture_response=False, capture_error=False)  # responses are personal data
@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer a REST proxy event of API Gateway."""
    logger.append_keys(
        request_id=event["requestContext"]["requestId"],
        operation=f"{event['httpMethod']} {event['resource']}",
    )
    response = resolver.resolve(event, context)
    response["multiValueHeaders"].update(_CORS)
    return response


def refuse(error: Exception) -> Response[dict[str, Any]]:
    """Tell any exception in the dialect's shapes; what nobody expected is logged."""
    refusal = told(error)
    if type(refusal) is ApiError:
        logger.error("unexpected error", **redact(error))
    request_id = resolver.current_event.request_context.request_id or ""
    return Response(
        status_code=refusal.status,
        content_type="application/json",
        headers=refusal.headers,
        body=shaped(refusal, request_id),
    )


resolver.exception_handler(Exception)(refuse)

"""The API: one Lambda for all resources."""

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.utilities.typing import LambdaContext

from api.errors import ApiError, told
from api.resolver import Resolver
from api.routes import (
    apps,
    endpoints,
    events,
    export_jobs,
    import_jobs,
    options,
    segments,
    tenants,
    uploads,
    users,
)
from api.routes.paths import PATHS
from audience.redaction import redact
from audience.tracing import tracer

# Browsers let their scripts see only the headers that are named here (https://fetch.spec.whatwg.org/#cors-protocol).
_CORS = {
    "Access-Control-Allow-Origin": ["*"],
    "Access-Control-Expose-Headers": ["x-amzn-ErrorType,x-amzn-RequestId"],  # API Gateway adds the latter
}

logger = Logger()
resolver = Resolver()
for routes in (apps, endpoints, events, users, uploads, import_jobs, export_jobs, segments, tenants):
    resolver.include_router(routes.router)
options.register(resolver, PATHS, options.SIGNED_HEADERS)


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


def refuse(error: Exception) -> Response[dict[str, str]]:
    """Shape any exception like the service's errors; what nobody expected is logged."""
    refusal = told(error)
    if type(refusal) is ApiError:
        logger.error("unexpected error", **redact(error))
    return Response(
        status_code=refusal.status,
        content_type="application/json",
        headers={"x-amzn-ErrorType": refusal.name, **refusal.headers},
        body={
            "Message": refusal.message,
            "RequestID": resolver.current_event.request_context.request_id or "",
        },
    )


resolver.exception_handler(Exception)(refuse)

"""API Gateway's own error responses in Experience Platform's shape: `{"error_code": ..., "message": ...}`.

A code's first three digits are the status. Those that end in 000 are ours, where Adobe has none.
"""

import json

from aws_cdk import aws_apigateway as apigateway

from experience_platform_api.routes.paths import SEEN_BY_BROWSERS
from infra.gateway_responses import TOO_LARGE, for_browsers

GIVEN = "$context.error.messageString"  # API Gateway's own words, quoted already
CODE, MESSAGE = "$context.authorizer.error_code", "$context.authorizer.message"

NO_RESOURCE = "There is no such resource."
BUSY = "The service is busy. Try again later."
FAILED = "The service did not answer."
UNCHECKED = "The token cannot be checked at the moment. Try again later."


def gateway_refusals() -> dict[str, tuple[str, str | None]]:
    """Return the error code and message of each response type; None stands for API Gateway's own message."""
    return {
        "DEFAULT_4XX": ("400000", None),
        "DEFAULT_5XX": ("500000", None),
        # API Gateway makes this of an authorizer's error "Unauthorized", and the two below of all its others.
        "UNAUTHORIZED": ("401013", "Oauth token is not valid"),
        "AUTHORIZER_FAILURE": ("503000", UNCHECKED),
        "AUTHORIZER_CONFIGURATION_ERROR": ("503000", UNCHECKED),
        "MISSING_AUTHENTICATION_TOKEN": ("404000", NO_RESOURCE),
        "RESOURCE_NOT_FOUND": ("404000", NO_RESOURCE),
        "REQUEST_TOO_LARGE": ("413000", TOO_LARGE),
        "THROTTLED": ("429000", BUSY),
        "QUOTA_EXCEEDED": ("429000", BUSY),
        "INTEGRATION_FAILURE": ("500000", FAILED),
        "INTEGRATION_TIMEOUT": ("500000", FAILED),
    }


def add_gateway_refusals(api: apigateway.RestApi) -> None:
    """Add the gateway responses to the API."""
    for kind, (code, message) in gateway_refusals().items():
        text = GIVEN if message is None else json.dumps(message)
        _add(api, kind, code[:3], f'{{"error_code": "{code}", "message": {text}}}')
    # The authorizer writes code and message of a denial itself; all its codes have status 403.
    _add(api, "ACCESS_DENIED", "403", f'{{"error_code": "{CODE}", "message": "{MESSAGE}"}}')


def _add(api: apigateway.RestApi, kind: str, status: str, body: str) -> None:
    api.add_gateway_response(
        kind.title().replace("_", ""),
        type=apigateway.ResponseType.of(kind),
        status_code=status,
        response_headers=for_browsers(SEEN_BY_BROWSERS),
        templates={"application/json": body},
    )

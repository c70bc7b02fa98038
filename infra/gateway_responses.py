"""API Gateway's own error responses, in the shape of the service's errors."""

import json
from dataclasses import dataclass

from aws_cdk import aws_apigateway as apigateway

from api.routes.paths import SEEN_BY_BROWSERS
from http_api.call import MAX_BODY_BYTES
from http_api.cors import cors_headers

GIVEN = "$context.error.messageString"  # API Gateway's own words, quoted already
NOT_SIGNED = "The request is not signed (SigV4, service execute-api)."

# API Gateway takes 10 MB, but a function only 6 MB, in which quotation marks of the request's JSON count twice
# (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html).
TOO_LARGE = (
    f"The request is too large: {MAX_BODY_BYTES} bytes are allowed, 6 MB with its quotation marks escaped."
)


@dataclass(frozen=True)
class Refusal:
    """A gateway response: the service's error name, its status code and the message."""

    kind: apigateway.ResponseType
    name: str
    status: int
    message: str | None = None  # API Gateway's own when left out


def refusals() -> tuple[Refusal, ...]:
    """List the two default responses and those that differ from them."""
    kinds = apigateway.ResponseType
    forbidden, bad = ("ForbiddenException", 403), ("BadRequestException", 400)
    many, internal = ("TooManyRequestsException", 429), ("InternalServerErrorException", 500)
    return (
        Refusal(kinds.DEFAULT_4_XX, *bad),
        Refusal(kinds.DEFAULT_5_XX, *internal),
        Refusal(kinds.ACCESS_DENIED, *forbidden),
        Refusal(kinds.EXPIRED_TOKEN, *forbidden),
        Refusal(kinds.INVALID_SIGNATURE, *forbidden),
        Refusal(kinds.UNAUTHORIZED, *forbidden),
        Refusal(kinds.WAF_FILTERED, *forbidden),
        # All paths and methods are answered, so that API Gateway says this of unsigned requests alone.
        Refusal(kinds.MISSING_AUTHENTICATION_TOKEN, *forbidden, NOT_SIGNED),
        Refusal(kinds.RESOURCE_NOT_FOUND, "NotFoundException", 404),
        Refusal(kinds.REQUEST_TOO_LARGE, "PayloadTooLargeException", 413, TOO_LARGE),
        Refusal(kinds.THROTTLED, *many),
        Refusal(kinds.QUOTA_EXCEEDED, *many),
        Refusal(kinds.INTEGRATION_FAILURE, *internal, "The service did not answer."),
        Refusal(kinds.INTEGRATION_TIMEOUT, *internal, "The service did not answer in time."),
    )


def body(message: str | None) -> str:
    """Build the JSON template of a response: `{"Message": ..., "RequestID": ...}`."""
    text = GIVEN if message is None else json.dumps(message)
    return f'{{"Message": {text}, "RequestID": "$context.requestId"}}'


def for_browsers(exposed: str) -> dict[str, str]:
    """Return the CORS headers of a gateway response, as its parameters quote them."""
    return {name: f"'{value}'" for name, value in cors_headers(exposed).items()}


def add_refusals(api: apigateway.RestApi) -> None:
    """Add the gateway responses to the API."""
    for refusal in refusals():
        api.add_gateway_response(
            refusal.kind.response_type.title().replace("_", ""),
            type=refusal.kind,
            status_code=str(refusal.status),
            response_headers={"x-amzn-ErrorType": f"'{refusal.name}'", **for_browsers(SEEN_BY_BROWSERS)},
            templates={"application/json": body(refusal.message)},
        )

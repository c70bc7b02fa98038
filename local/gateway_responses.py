"""What API Gateway itself answers, as the template's gateway responses shape it.

Kinds, codes and messages: https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from local.template import Template

GATEWAY_RESPONSE = "AWS::ApiGateway::GatewayResponse"

_CONTEXT = re.compile(r"\$context\.([A-Za-z_.]+)")
_DEFAULT_TEMPLATE = '{"message":$context.error.messageString}'
_HEADER = "gatewayresponse.header."


class Refusal(Enum):
    """Kinds of gateway responses that the local gateway gives: API Gateway's status code and words for each."""

    MISSING_AUTHENTICATION_TOKEN = (403, "Missing Authentication Token")
    REQUEST_TOO_LARGE = (413, "Request Too Long")
    BAD_REQUEST = (400, "Bad Request")
    UNAUTHORIZED = (401, "Unauthorized")
    ACCESS_DENIED = (403, "User is not authorized to access this resource with an explicit deny")
    AUTHORIZER_FAILED = (500, "Internal server error")
    INTERNAL = (502, "Internal server error")  # a function that failed, or whose result is malformed


_TYPES = {  # the gateway response types to look for, the most specific first
    Refusal.MISSING_AUTHENTICATION_TOKEN: ("MISSING_AUTHENTICATION_TOKEN", "DEFAULT_4XX"),
    Refusal.REQUEST_TOO_LARGE: ("REQUEST_TOO_LARGE", "DEFAULT_4XX"),
    Refusal.BAD_REQUEST: ("DEFAULT_4XX",),
    Refusal.UNAUTHORIZED: ("UNAUTHORIZED", "DEFAULT_4XX"),
    Refusal.ACCESS_DENIED: ("ACCESS_DENIED", "DEFAULT_4XX"),
    Refusal.AUTHORIZER_FAILED: ("AUTHORIZER_CONFIGURATION_ERROR", "DEFAULT_5XX"),
    Refusal.INTERNAL: ("DEFAULT_5XX",),
}


@dataclass(frozen=True)
class Answer:
    """An HTTP response: status, headers in order, body."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes


class GatewayResponses:
    """The gateway responses of one of the template's REST APIs."""

    def __init__(self, template: Template, api: str) -> None:
        """Keep the gateway responses of the API of that logical id."""
        properties = [template.properties(name) for name in template.of_api(GATEWAY_RESPONSE, api)]
        self._by_type: dict[str, dict[str, Any]] = {shape["ResponseType"]: shape for shape in properties}

    def answer(
        self, refusal: Refusal, request_id: str, authorizer: Mapping[str, str] | None = None
    ) -> Answer:
        """Build the response to a request that does not reach the function, or whose function failed.

        Args:
            refusal: what is wrong.
            request_id: the request's id.
            authorizer: the context that the authorizer returned.
        """
        status, message = refusal.value
        kind = next((kind for kind in _TYPES[refusal] if kind in self._by_type), _TYPES[refusal][-1])
        shape = self._by_type.get(kind, {})
        context = {
            "requestId": request_id,
            "error.message": message,
            "error.messageString": json.dumps(message),
            "error.responseType": kind,
            **{f"authorizer.{name}": value for name, value in (authorizer or {}).items()},
        }
        headers = [("Content-Type", "application/json")]
        for name, value in shape.get("ResponseParameters", {}).items():
            headers.append((name.removeprefix(_HEADER), _parameter(value, context)))
        template = shape.get("ResponseTemplates", {}).get("application/json", _DEFAULT_TEMPLATE)
        body = _CONTEXT.sub(lambda match: context.get(match.group(1), ""), template)
        return Answer(int(shape.get("StatusCode", status)), headers, body.encode())


def _parameter(value: str, context: dict[str, str]) -> str:
    """Return a static value, given in single quotes, or the member of the context that is named."""
    return value[1:-1] if value.startswith("'") else context.get(value.removeprefix("context."), "")

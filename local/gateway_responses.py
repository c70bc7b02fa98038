"""What API Gateway itself answers, as the template's gateway responses shape it.

Kinds, codes and messages: https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
"""

import json
import re
from dataclasses import dataclass
from enum import Enum
from typing import Any

from local.template import Template

GATEWAY_RESPONSE = "AWS::ApiGateway::GatewayResponse"

_CONTEXT = re.compile(r"\$context\.([A-Za-z.]+)")
_DEFAULT_TEMPLATE = '{"message":$context.error.messageString}'
_HEADER = "gatewayresponse.header."


class Refusal(Enum):
    """Kinds of gateway responses that the local front gives: API Gateway's status code and words for each."""

    MISSING_AUTHENTICATION_TOKEN = (403, "Missing Authentication Token")
    REQUEST_TOO_LARGE = (413, "Request Too Long")
    BAD_REQUEST = (400, "Bad Request")
    INTERNAL = (502, "Internal server error")  # a function that failed, or answered nonsense


_TYPES = {  # the gateway response types to look for, the most specific first
    Refusal.MISSING_AUTHENTICATION_TOKEN: ("MISSING_AUTHENTICATION_TOKEN", "DEFAULT_4XX"),
    Refusal.REQUEST_TOO_LARGE: ("REQUEST_TOO_LARGE", "DEFAULT_4XX"),
    Refusal.BAD_REQUEST: ("DEFAULT_4XX",),
    Refusal.INTERNAL: ("DEFAULT_5XX",),
}


@dataclass(frozen=True)
class Answer:
    """An HTTP response: status, headers in order, body."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes


class GatewayResponses:
    """The template's gateway responses."""

    def __init__(self, template: Template) -> None:
        """Read them from the template."""
        properties = [template.properties(logical_id) for logical_id in template.of_type(GATEWAY_RESPONSE)]
        self._by_type: dict[str, dict[str, Any]] = {shape["ResponseType"]: shape for shape in properties}

    def answer(self, refusal: Refusal, request_id: str) -> Answer:
        """The response to a request that does not reach the function, or whose function failed."""
        status, message = refusal.value
        kind = next((kind for kind in _TYPES[refusal] if kind in self._by_type), _TYPES[refusal][-1])
        shape = self._by_type.get(kind, {})
        context = {
            "requestId": request_id,
            "error.message": message,
            "error.messageString": json.dumps(message),
            "error.responseType": kind,
        }
        headers = [("Content-Type", "application/json")]
        for name, value in shape.get("ResponseParameters", {}).items():
            headers.append((name.removeprefix(_HEADER), _parameter(value, context)))
        template = shape.get("ResponseTemplates", {}).get("application/json", _DEFAULT_TEMPLATE)
        body = _CONTEXT.sub(lambda match: context.get(match.group(1), ""), template)
        return Answer(int(shape.get("StatusCode", status)), headers, body.encode())


def _parameter(value: str, context: dict[str, str]) -> str:
    """A static value is in single quotes; anything else names a member of the context."""
    return value[1:-1] if value.startswith("'") else context.get(value.removeprefix("context."), "")

"""REST API Gateway's Lambda proxy integration: the event that a request becomes, the response in its result.

https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
"""

import base64
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

from local.account import ACCOUNT
from local.gateway_responses import Answer
from local.routes import RouteMatch, Routes

_ACCESS_KEY = re.compile(r"Credential=([^/,\s]+)/")


class MalformedProxyResponseError(Exception):
    """The function's result is not of the form that the integration demands."""


@dataclass(frozen=True)
class Request:
    """An HTTP request as it came in; `target` is the path, percent-encoded, with the query."""

    method: str
    target: str
    headers: list[tuple[str, str]]
    body: bytes
    source_ip: str
    request_id: str

    @property
    def path(self) -> str:
        """Return the path, percent-encoded, without the query."""
        return self.target.partition("?")[0]

    def header(self, name: str) -> str:
        """Return the last header of that name, in any case of letters; empty when there is none."""
        return next((value for key, value in reversed(self.headers) if key.lower() == name.lower()), "")


def event_of(request: Request, match: RouteMatch, routes: Routes) -> dict[str, Any]:
    """Build the event that the function gets.

    `path` and `pathParameters` stay percent-encoded, as REST APIs leave them (HTTP APIs decode); query parameters
    are decoded.
    """
    query = parse_qsl(request.target.partition("?")[2], keep_blank_values=True)
    binary = routes.is_binary(request.header("content-type"))
    return {
        "resource": match.resource,
        "path": request.path,
        "httpMethod": request.method,
        "headers": dict(request.headers) or None,
        "multiValueHeaders": _multi_value(request.headers),
        "queryStringParameters": dict(query) or None,
        "multiValueQueryStringParameters": _multi_value(query),
        "pathParameters": match.path_parameters or None,
        "stageVariables": None,
        "requestContext": _context(request, match, routes.stage, routes.api),
        "body": _body(request.body, binary=binary),
        "isBase64Encoded": binary and bool(request.body),
    }


def answer_of(payload: bytes, *, binary: bool) -> Answer:
    """Read the HTTP response in a function's result.

    Args:
        payload: the result, as JSON.
        binary: the client's `Accept` begins with one of the API's binary media types. To others a body in base64 is
            sent as it is:
            https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-payload-encodings-workflow.html

    Raises:
        MalformedProxyResponseError: no JSON object with an integer statusCode and, at most, a text body.
    """
    result = json.loads(payload)
    status = result.get("statusCode") if isinstance(result, dict) else None
    if not isinstance(status, int | str) or not str(status).isdigit():
        raise MalformedProxyResponseError("no statusCode in the function's result")
    body = result.get("body")
    if body is not None and not isinstance(body, str):
        raise MalformedProxyResponseError("the body in the function's result is not text")
    headers = [
        (name, value if isinstance(value, str) else json.dumps(value))
        for name, value in (result.get("headers") or {}).items()
        if name not in (result.get("multiValueHeaders") or {})
    ]
    for name, values in (result.get("multiValueHeaders") or {}).items():
        headers.extend((name, str(value)) for value in values)
    if not any(name.lower() == "content-type" for name, _ in headers):
        headers.append(("Content-Type", "application/json"))
    encoded = (body or "").encode()
    return Answer(
        int(status),
        headers,
        base64.b64decode(encoded) if binary and result.get("isBase64Encoded") else encoded,
    )


def _multi_value(pairs: list[tuple[str, str]]) -> dict[str, list[str]] | None:
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        values.setdefault(name, []).append(value)
    return values or None


def _body(body: bytes, *, binary: bool) -> str | None:
    if not body:
        return None
    return base64.b64encode(body).decode() if binary else body.decode("utf-8", "replace")


def _context(request: Request, match: RouteMatch, stage: str, api: str) -> dict[str, Any]:
    now = datetime.now(UTC)
    key = _ACCESS_KEY.search(request.header("authorization"))
    signed = key is not None
    return {
        "accountId": ACCOUNT,
        "apiId": api,
        "domainName": request.header("host"),
        "httpMethod": request.method,
        "identity": {
            "accessKey": key.group(1) if key else None,
            "accountId": ACCOUNT if signed else None,
            "caller": "local" if signed else None,
            "sourceIp": request.source_ip,
            "user": "local" if signed else None,
            "userAgent": request.header("user-agent") or None,
            "userArn": f"arn:aws:iam::{ACCOUNT}:user/local" if signed else None,
        },
        "path": request.path,  # as at a domain of one's own: no stage is in the URL
        "protocol": "HTTP/1.1",
        "requestId": request.request_id,
        "requestTime": now.strftime("%d/%b/%Y:%H:%M:%S +0000"),
        "requestTimeEpoch": int(now.timestamp() * 1000),
        "resourcePath": match.resource,
        "stage": stage,
    }

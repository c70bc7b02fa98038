"""Requests to the two APIs, and what answers one of them first in a new process; DynamoDB is the null sink.

The sink has no item: what is looked up is not there, which costs as much as finding it.
"""

import json
from importlib import import_module
from types import SimpleNamespace
from typing import Any

PINPOINT, PLATFORM = "api.handler", "experience_platform_api.handler"
APP, DATASET = "0" * 32, "0" * 24
VARIABLES = {
    "CONTROL_TABLE": "control",
    "ENDPOINTS_TABLE": "endpoints",
    "BUCKET": "bucket",
    "WORKER_ROLE_ARN": "arn:aws:iam::123456789012:role/worker",
    "ALLOWED_ROLE_ARNS": "",
    "ACCOUNT_ID": "123456789012",
}
CALLER = {"application_id": APP, "organisation": "organisation", "sandbox": "prod", "client_id": "client"}
HEADERS = {"x-gw-ims-org-id": "organisation", "x-sandbox-name": "prod", "Content-Type": "application/json"}
_CONTEXT = {
    "function_name": "benchmark",
    "memory_limit_in_mb": 1024,
    "invoked_function_arn": "arn:aws:lambda:us-east-1:123456789012:function:benchmark",
    "aws_request_id": "request",
}


def _event(
    method: str, resource: str, body: dict[str, Any] | None = None, **parameters: str
) -> dict[str, Any]:
    return {
        "httpMethod": method,
        "resource": resource,
        "path": resource,
        "headers": HEADERS,
        "multiValueHeaders": {name: [value] for name, value in HEADERS.items()},
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "pathParameters": {name.replace("_", "-"): value for name, value in parameters.items()},
        "requestContext": {"requestId": "request", "authorizer": CALLER},
        "body": None if body is None else json.dumps(body),
        "isBase64Encoded": False,
    }


# The handler of each, what it is asked, and the status of its answer.
REQUESTS: dict[str, tuple[str, dict[str, Any], int]] = {
    "GetApp": (PINPOINT, _event("GET", "/v1/apps/{application-id}", application_id=APP), 404),
    "GetEndpoint": (
        PINPOINT,
        _event(
            "GET", "/v1/apps/{application-id}/endpoints/{endpoint-id}", application_id=APP, endpoint_id="e"
        ),
        404,
    ),
    "CreateApp": (PINPOINT, _event("POST", "/v1/apps", {"Name": "app"}), 201),
    "GetDataset": (
        PLATFORM,
        _event("GET", "/data/foundation/catalog/dataSets/{dataset-id}", dataset_id=DATASET),
        404,
    ),
    "CreateDataset": (
        PLATFORM,
        _event("POST", "/data/foundation/catalog/dataSets", {"name": "dataset"}),
        201,
    ),
}


def answer(name: str) -> None:
    """Import the request's handler and have it answer."""
    module, event, status = REQUESTS[name]
    answered = import_module(module).handler(event, SimpleNamespace(**_CONTEXT))
    if answered["statusCode"] != status:
        raise SystemExit(f"{name}: {answered}")

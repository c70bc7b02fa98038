"""The function with a table of its own, and nothing in front of it."""

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from platform_api import handler, stores
from tests.unit.platform_api.events import Context, event


@pytest.fixture
def control(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    with mock_aws():
        table = boto3.resource("dynamodb", region_name="us-east-1").create_table(
            TableName="control",
            KeySchema=[
                {"AttributeName": "pk", "KeyType": "HASH"},
                {"AttributeName": "sk", "KeyType": "RANGE"},
            ],
            AttributeDefinitions=[
                {"AttributeName": "pk", "AttributeType": "S"},
                {"AttributeName": "sk", "AttributeType": "S"},
            ],
            BillingMode="PAY_PER_REQUEST",
        )
        monkeypatch.setattr(stores, "table", lambda _: table)
        for name in ("CONTROL_TABLE", "ENDPOINTS_TABLE", "BUCKET"):
            monkeypatch.setenv(name, name.lower())
        monkeypatch.setenv("POWERTOOLS_TRACE_DISABLED", "true")
        yield table


@pytest.fixture
def ask(control: Any) -> Any:  # noqa: ARG001  (the table that the function finds)
    """Answers a request: the status, and the body that was JSON."""

    def ask(method: str, resource: str, body: Any = None, **more: Any) -> tuple[int, Any]:
        answer = handler.handler(event(method, resource, body, **more), Context())
        return answer["statusCode"], json.loads(answer["body"]) if answer["body"] else None

    return ask

"""Tables of their own for every test, in the laptop's DynamoDB server, which runs PartiQL."""

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest

from local.tables import table_server
from tests.contract.fakes import FakeEvents, FakeExecutions
from tests.contract.job_parts import Parts


@pytest.fixture(scope="session")
def dynamodb() -> Iterator[Any]:
    with table_server(None) as url:
        yield boto3.resource(
            "dynamodb",
            endpoint_url=url,
            region_name="us-east-1",
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )


@pytest.fixture
def new_table(dynamodb: Any) -> Iterator[Callable[[], Any]]:
    """Makes tables with the keys of the service's tables."""
    made = []

    def new_table() -> Any:
        table = dynamodb.create_table(
            TableName=f"table-{uuid.uuid4().hex}",
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
        made.append(table)
        table.wait_until_exists(WaiterConfig={"Delay": 1, "MaxAttempts": 20})
        return table

    yield new_table
    for table in made:
        table.delete()


@pytest.fixture
def control(new_table: Callable[[], Any]) -> Any:
    return new_table()


@pytest.fixture
def parts(control: Any, monkeypatch: pytest.MonkeyPatch) -> Parts:
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "SegmentJobs")
    return Parts(control, FakeEvents(), FakeExecutions())

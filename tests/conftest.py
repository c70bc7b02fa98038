"""One local stack for the whole session, and what tests share of it."""

from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config
from hypothesis import HealthCheck, settings

from audience.aws.clients import dynamodb_client
from audience.experience_platform.datasets import Dataset, DatasetStore, new_dataset_id
from local.stack import LocalStack
from tests.steps import Steps

FAST_EXAMPLES = 10
# No test asserts a time: a busy machine makes examples slow, and no test wrong.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("fast", settings.get_profile("unhurried"), max_examples=FAST_EXAMPLES)
settings.load_profile("unhurried")


def pytest_itemcollected(item: pytest.Item) -> None:
    """In the profile "fast", limit the examples of tests that set a number of their own."""
    test = getattr(item, "obj", None)
    own: settings | None = getattr(test, "_hypothesis_internal_use_settings", None)
    if own and settings.get_current_profile_name() == "fast" and own.max_examples > FAST_EXAMPLES:
        # Hypothesis has no public way to override @settings from outside.
        test._hypothesis_internal_use_settings = settings(own, max_examples=FAST_EXAMPLES)  # type: ignore[union-attr]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests of whole jobs first: the quick ones then fill what is left of each process."""
    items.sort(key=lambda item: "stack" not in getattr(item, "fixturenames", ()))


@pytest.fixture(scope="session")
def stack() -> Iterator[LocalStack]:
    with LocalStack(overrides={"POWERTOOLS_LOG_LEVEL": "CRITICAL"}) as running:
        yield running


@pytest.fixture(scope="session")
def steps(stack: LocalStack) -> Steps:
    """Tells when steps of jobs have ended."""
    return Steps(stack)


@pytest.fixture(scope="session")
def pinpoint(stack: LocalStack) -> Any:
    """A stock client that asks once: what the service answers is what the test sees."""
    config = Config(retries={"total_max_attempts": 1})
    return boto3.client("pinpoint", endpoint_url=stack.api_url, config=config)


@pytest.fixture
def app_id(pinpoint: Any) -> str:
    """A new app."""
    app = pinpoint.create_app(CreateApplicationRequest={"Name": "test"})
    return str(app["ApplicationResponse"]["Id"])


@pytest.fixture
def dataset(stack: LocalStack, app_id: str) -> str:
    """A dataset of the app."""
    made = Dataset(new_dataset_id(), app_id, "test", "parquet", 0)
    DatasetStore(boto3.resource("dynamodb").Table(stack.variables["CONTROL_TABLE"])).create(made)
    return made.id


@pytest.fixture(scope="session")
def items_of(stack: LocalStack) -> Callable[[str], list[dict[str, Any]]]:
    """Reads all items of a table of the stack; the table is named by its functions' variable."""

    def read(variable: str) -> list[dict[str, Any]]:
        # boto3 would take seconds for the tables of a whole session.
        tables, found = dynamodb_client(), []
        request = {"TableName": stack.variables[variable]}
        while True:
            page = tables.call("Scan", request)
            found += page["Items"]
            if "LastEvaluatedKey" not in page:
                return found
            request["ExclusiveStartKey"] = page["LastEvaluatedKey"]

    return read


@pytest.fixture(scope="session")
def role_arn(stack: LocalStack) -> str:
    """A customer's role."""
    role = stack.client("iam").create_role(
        RoleName="customer", Path="/segment-jobs/", AssumeRolePolicyDocument="{}"
    )
    return str(role["Role"]["Arn"])


@pytest.fixture(scope="session")
def customer_bucket(stack: LocalStack) -> str:
    """A customer's bucket; every test has keys of its own in it."""
    stack.client("s3").create_bucket(Bucket="customer-bucket")
    return "customer-bucket"

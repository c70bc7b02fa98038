"""A customer for each test, and ways to come between the state machines and the functions they call."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from local.lambdas import Outcome
from local.stack import LocalStack
from tests.steps import Steps
from tests.workflow.customer import Customer

Call = Callable[[], Outcome]


@pytest.fixture
def customer(
    stack: LocalStack, steps: Steps, pinpoint: Any, customer_bucket: str, role_arn: str, app_id: str
) -> Customer:
    return Customer(stack, steps, pinpoint, customer_bucket, role_arn, app_id, folder=f"of-{app_id}")


@pytest.fixture
def new_app(customer: Customer) -> Callable[[], Customer]:
    """Makes the same customer with an app that holds nothing yet."""

    def make() -> Customer:
        made = customer.pinpoint.create_app(CreateApplicationRequest={"Name": "another"})
        return replace(customer, app_id=made["ApplicationResponse"]["Id"])

    return make


@pytest.fixture
def another_app(new_app: Callable[[], Customer]) -> Customer:
    """The same customer with an app that holds nothing yet."""
    return new_app()


@pytest.fixture
def piece_bytes(stack: LocalStack, monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Sets how large a file may be before it is cut, in bytes."""
    planner = stack.lambdas._functions[stack.function_name("plan_import")]
    return lambda count: monkeypatch.setitem(planner.environment, "PIECE_BYTES", str(count))


@pytest.fixture
def surveyed_by_workers(stack: LocalStack, monkeypatch: pytest.MonkeyPatch) -> None:
    """Has workers survey all files that are cut, one range each."""
    planner = stack.lambdas._functions[stack.function_name("plan_import")]
    monkeypatch.setitem(planner.environment, "SURVEY_BYTES", "1")
    monkeypatch.setattr("audience.sources.piece_size.MIN_ITEM_BYTES", 1)
    monkeypatch.setattr("audience.sources.piece_size.ROWS_OF_AN_ITEM", 0)


@pytest.fixture
def instead(
    stack: LocalStack, customer: Customer, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str, Callable[[Call, dict[str, Any]], Outcome]], None]:
    """Puts `act(call, event)` in the place of a function's invocations for this customer's app."""

    def put(folder: str, act: Callable[[Call, dict[str, Any]], Outcome]) -> None:
        name, invoke = stack.function_name(folder), stack.lambdas.invoke

        def invoked(called: str, payload: bytes) -> Outcome:
            event = json.loads(payload)
            if called != name or event.get("application_id") != customer.app_id:
                return invoke(called, payload)
            return act(lambda: invoke(called, payload), event)

        monkeypatch.setattr(stack.lambdas, "invoke", invoked)

    return put

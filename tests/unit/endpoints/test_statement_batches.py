"""Each statement of a batch has an outcome of its own, and only what concerns no single item is an error."""

from typing import Any

import orjson
import pytest

from audience.aws.async_dynamodb import finish
from audience.aws.dynamodb import DynamoDBError, RequestInvalidError, TableThrottledError
from audience.endpoints.statement_batches import Outcome, insert_all

STATEMENTS = [b'{"Statement":"one"}', b'{"Statement":"two"}', b'{"Statement":"three"}']


class Answering:
    """An AsyncDynamoDB that gives one answer: codes of the statements, or an error."""

    def __init__(self, *codes: str, error: Exception | None = None) -> None:
        self.asked: list[tuple[str, Any]] = []
        self.slowed_down: list[float] = []
        self._codes = codes
        self._error = error

    async def call(self, operation: str, request: dict[str, Any] | bytes) -> dict[str, Any]:
        assert isinstance(request, bytes)
        self.asked.append((operation, orjson.loads(request)))
        if self._error:
            raise self._error
        # A refused statement may have a table's name beside its error.
        return {
            "Responses": [
                {"Error": {"Code": code, "Message": "…"}, "TableName": "t"} if code else {"TableName": "t"}
                for code in self._codes
            ]
        }

    async def pause(self, _: float) -> None:
        raise AssertionError

    def slow_down(self, share: float) -> None:
        self.slowed_down.append(share)


def outcomes(*codes: str) -> tuple[list[Outcome], list[float]]:
    answering = Answering(*codes)
    return finish(insert_all(answering, STATEMENTS)), answering.slowed_down


def test_the_statements_are_sent_as_they_are_in_one_request() -> None:
    answering = Answering("", "", "")
    assert finish(insert_all(answering, STATEMENTS)) == [Outcome.INSERTED] * 3
    (request,) = answering.asked
    statements = [{"Statement": "one"}, {"Statement": "two"}, {"Statement": "three"}]
    assert request == ("BatchExecuteStatement", {"Statements": statements})


def test_an_item_that_is_there_is_found_and_the_others_are_inserted() -> None:
    assert outcomes("", "DuplicateItem", "") == ([Outcome.INSERTED, Outcome.FOUND, Outcome.INSERTED], [])


@pytest.mark.parametrize(
    "code",
    [
        "ValidationError",
        "ItemCollectionSizeLimitExceeded",
        "ConditionalCheckFailed",
        "InternalServerError",
        "SomethingNew",
    ],
)
def test_what_concerns_one_item_refuses_its_statement_alone(code: str) -> None:
    assert outcomes("", code, "") == ([Outcome.INSERTED, Outcome.REFUSED, Outcome.INSERTED], [])


@pytest.mark.parametrize(
    "code",
    ["ProvisionedThroughputExceeded", "RequestLimitExceeded", "ThrottlingError", "TransactionConflict"],
)
def test_a_busy_table_refuses_a_statement_and_slows_the_sender_down_by_its_share(code: str) -> None:
    assert outcomes(code, "", code) == ([Outcome.BUSY, Outcome.INSERTED, Outcome.BUSY], [2 / 3])


@pytest.mark.parametrize("code", ["AccessDenied", "ResourceNotFound"])
def test_what_concerns_no_single_item_is_an_error(code: str) -> None:
    with pytest.raises(
        DynamoDBError, match=f"^DynamoDB refused a statement of BatchExecuteStatement: {code}$"
    ):
        outcomes("", code, "")


def test_an_answer_for_fewer_statements_is_an_error() -> None:
    with pytest.raises(DynamoDBError, match="answered 2 of 3 statements"):
        outcomes("", "")


def test_a_request_that_is_refused_as_a_whole_refuses_each_statement() -> None:
    """DynamoDB refuses the good statements too where it cannot take the request because of one."""
    refused = Answering(error=RequestInvalidError("no"))
    assert finish(insert_all(refused, STATEMENTS)) == [Outcome.REFUSED] * 3


@pytest.mark.parametrize("error", [TableThrottledError("no"), DynamoDBError("no")])
def test_any_other_refusal_of_the_request_is_an_error(error: Exception) -> None:
    with pytest.raises(type(error)):
        finish(insert_all(Answering(error=error), STATEMENTS))

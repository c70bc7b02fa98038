"""Requests of several PartiQL statements, each of which is carried out or refused by itself."""

from collections.abc import Sequence
from enum import Enum

from audience.aws.async_dynamodb import AsyncDynamoDB
from audience.aws.dynamodb import DynamoDBError, Reply, RequestInvalidError
from audience.aws.errors import is_throttle

# At most 25 items in the array of statements
# (https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchExecuteStatement.html).
# A row has 15 KB at most, so a request stays far below the 16 MB that BatchWriteItem takes.
MOST_STATEMENTS = 25
OPERATION = "BatchExecuteStatement"
# The codes of a statement (https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchStatementError.html)
# that say neither "the item is there" nor "this item cannot go in":
_BUSY = frozenset(
    {"ProvisionedThroughputExceeded", "RequestLimitExceeded", "ThrottlingError", "TransactionConflict"}
)
_OF_NO_ITEM = frozenset({"AccessDenied", "ResourceNotFound"})


class Outcome(Enum):
    """What became of the statement that inserts an item."""

    INSERTED = "it was inserted"
    FOUND = "there is such an item"
    BUSY = "the table throttled it, or another write of the item was in progress"
    REFUSED = "it was not inserted, and a write of this item alone says why"


async def insert_all(dynamodb: AsyncDynamoDB, statements: Sequence[bytes]) -> list[Outcome]:
    """Execute the statements that insert items, 25 at most and of different items, in one request.

    A statement with a code that is none of those named here is REFUSED: whatever it was, a write of that item alone,
    which may be repeated, has a result or an error of its own.

    Args:
        dynamodb: sends the request; it is told if the table throttled one of the statements.
        statements: JSON of BatchStatementRequest.

    Raises:
        TableThrottledError: the request was still refused after all retries.
        DynamoDBError: it was refused for good, for a reason that concerns no single item.
    """
    try:
        reply = await dynamodb.call(OPERATION, b'{"Statements":[%b]}' % b",".join(statements))
    except RequestInvalidError:
        return [Outcome.REFUSED] * len(statements)  # one of them makes the others be refused
    codes = _codes(reply)
    if len(codes) != len(statements):
        raise DynamoDBError(f"DynamoDB answered {len(codes)} of {len(statements)} statements of {OPERATION}")
    for code in _OF_NO_ITEM.intersection(codes):
        raise DynamoDBError(f"DynamoDB refused a statement of {OPERATION}: {code}")
    outcome_of = {code: _outcome_of(code) for code in {*codes}}
    outcomes = [outcome_of[code] for code in codes]
    if Outcome.BUSY in outcome_of.values():
        dynamodb.slow_down(outcomes.count(Outcome.BUSY) / len(outcomes))
    return outcomes


def _codes(reply: Reply) -> list[str]:
    """Return the code of each statement's error, in the statements' order; empty for one without."""
    return [str(answer["Error"].get("Code")) if "Error" in answer else "" for answer in reply["Responses"]]


def _outcome_of(code: str) -> Outcome:
    if code in _BUSY or is_throttle(code):
        return Outcome.BUSY
    return {"": Outcome.INSERTED, "DuplicateItem": Outcome.FOUND}.get(code, Outcome.REFUSED)

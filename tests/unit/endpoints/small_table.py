"""A small model of DynamoDB, for what merges rows: whole items in a dictionary, one request after the other."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import orjson

from audience.aws.dynamodb import ConditionFailedError, RequestInvalidError
from tests.unit.endpoints.partiql import inserted
from tests.unit.endpoints.update_expressions import Item, holds, updated

Key = tuple[str, str]


def _no_faults() -> Iterator[str]:
    while True:
        yield ""


class SmallTable:
    """An AsyncDynamoDB with tables in memory.

    `faults` has, for each statement of a batch, the code that it fails with, or nothing; "LOST" lets it be carried out
    before it is sent again, as a request is whose answer was lost.
    """

    def __init__(self, faults: Iterator[str] | None = None) -> None:
        self.items: dict[Key, Item] = {}
        self.requests: list[str] = []
        self.slowed_down = 0
        self.paused = 0.0  # seconds
        self.before: Callable[[], None] = lambda: None  # is called before a request is carried out
        self._faults = faults or _no_faults()

    async def call(self, operation: str, request: dict[str, Any] | bytes) -> dict[str, Any]:
        self.requests.append(operation)
        self.before()
        # What is sent is JSON.
        sent = orjson.loads(request if isinstance(request, bytes) else orjson.dumps(request))
        reply: dict[str, Any] = getattr(self, f"_{operation}")(sent)
        return reply

    async def pause(self, seconds: float) -> None:
        self.paused += seconds

    def slow_down(self, _: float) -> None:
        self.slowed_down += 1

    def _GetItem(self, request: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        item = self.items.get(_key(request["Key"]))
        return {"Item": item} if item else {}

    def _DeleteItem(self, request: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        item = self.items.get(_key(request["Key"]), {})
        if not holds(item, request):
            raise ConditionFailedError
        self.items.pop(_key(request["Key"]), None)
        return {}

    def _UpdateItem(self, request: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        key = _key(request["Key"])
        item = self.items.get(key, {})
        if not holds(item, request):
            raise ConditionFailedError
        self.items[key] = updated(item or request["Key"], request)
        returned = request.get("ReturnValues", "NONE")
        if returned == "UPDATED_OLD":
            named = re.findall(r"#\w+", request["UpdateExpression"])
            attributes = {request["ExpressionAttributeNames"][name] for name in named}
            return {"Attributes": {name: item[name] for name in attributes & item.keys()}}
        return {"Attributes": item} if returned == "ALL_OLD" else {}

    def _BatchExecuteStatement(self, request: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        statements = request["Statements"]
        items = [inserted(orjson.dumps(statement))[1] for statement in statements]
        # As AWS's own engine has it (DynamoDB Local 2.5).
        if not 1 <= len(statements) <= 25 or len({*map(_key, items)}) < len(items):
            raise RequestInvalidError("not a batch")
        return {"Responses": [self._insert(item) for item in items]}

    def _insert(self, item: Item) -> dict[str, Any]:
        fault = next(self._faults)
        if fault == "LOST":
            self._insert(item)
        elif fault:
            return {"Error": {"Code": fault, "Message": "a fault"}}
        if _key(item) in self.items:
            return {"Error": {"Code": "DuplicateItem", "Message": "Duplicate primary key exists in table"}}
        self.items[_key(item)] = item
        return {"TableName": "table"}


def _key(item: Item) -> Key:
    return item["pk"]["S"], item["sk"]["S"]

"""DynamoDB's operations for the sink: what it answers, and what it counts.

It keeps nothing but the names of the users that were written. Whether an endpoint is there already is told by a hash of
its id, so that all operations agree on it. Errors have DynamoDB's names and words.
"""

import re
import resource
from collections import Counter
from collections.abc import Callable
from functools import partial
from random import Random
from typing import Any, NamedTuple
from zlib import crc32

import orjson

from benchmarks.sink_pages import page, users
from benchmarks.sink_settings import SinkSettings
from benchmarks.sink_units import size_of_item, size_of_statement, units

READS: dict[str, Callable[[dict[str, Any]], bytes]] = {"Query": page, "BatchGetItem": users}
THROTTLED = (
    "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException",
    "com.amazon.coral.availability#ThrottlingException",
)
_SORT_KEY = re.compile(rb"[EU]#[^'\"\\]+")
_USER_KEY = re.compile(rb'"sk": ?{"S": ?"(U#[^"\\\\]+)')
_OWN_TABLE = b'"control"'


class Answer(NamedTuple):
    """The body and the status of an answer."""

    body: bytes
    status: int = 200


class Tables:
    """The control table with its few items, and the endpoints table without any."""

    def __init__(self, settings: SinkSettings, clock: Callable[[], float]) -> None:
        """Keep how to answer, and what tells the time in seconds."""
        self._settings = settings
        self._clock = clock
        self._chance = Random(14)
        self._requests: Counter[str] = Counter()
        self._items: Counter[str] = Counter()
        self._units: Counter[str] = Counter()
        self._refused: Counter[str] = Counter()
        self._users: set[bytes] = set()
        self._record: dict[str, Any] = {}
        self._answers: dict[str, Callable[[str, bytes], Answer]] = {
            "BatchExecuteStatement": self._batch,
            "BatchWriteItem": self._batch_write,
            "GetItem": self._get,
            "UpdateItem": self._write,
            "PutItem": self._write,
        }
        self._begun = _cpu()
        self._budget, self._filled = settings.units_a_second, clock()

    def counts(self) -> dict[str, Any]:
        """Return what was counted: requests, items and write units by operation, and the CPU seconds spent.

        `refused` has the items that were throttled or duplicates; `record` is the last record of a piece.
        """
        return {
            "requests": dict(self._requests),
            "items": dict(self._items),
            "units": dict(self._units) if self._settings.measured_units else None,
            "refused": dict(self._refused),
            "record": self._record,
            "cpu": _cpu() - self._begun,
        }

    def answer(self, operation: bytes, body: bytes) -> Answer:
        """Return the answer to a request."""
        if _OWN_TABLE in body:
            return self._of_control_table(operation, body)
        name = operation.decode()
        self._requests[name] += 1
        if (read := READS.get(name)) is not None:
            return Answer(read(orjson.loads(body)))
        if self._throttles():
            self._refused[f"{name}, throttled"] += 1
            return Answer(
                orjson.dumps({"__type": self._chance.choice(THROTTLED), "message": "Slow down"}), 400
            )
        answer = self._answers.get(name)
        return answer(name, body) if answer else Answer(b"{}")

    def _throttles(self) -> bool:
        share = self._settings.throttled
        return bool(share and self._chance.random() < share) or self._is_spent(0)

    def _is_spent(self, amount: float) -> bool:
        """Take write units from the table's budget, which has a second's at most; return whether it is spent."""
        rate = self._settings.units_a_second
        if not rate:
            return False
        now = self._clock()
        self._budget = min(rate, self._budget + rate * (now - self._filled)) - amount
        self._filled = now
        return self._budget < 0

    def _of_control_table(self, operation: bytes, body: bytes) -> Answer:
        self._requests[f"{operation.decode()} of the control table"] += 1
        request = orjson.loads(body)
        if operation == b"GetItem":
            item = self._settings.items.get(request["Key"]["sk"]["S"])
            return Answer(orjson.dumps({"Item": item}) if item else b"{}")
        if operation == b"PutItem" and "processed" in request["Item"]:
            self._record = {name: request["Item"][name] for name in ("processed", "failed", "status")}
        return Answer(b"{}")

    def _get(self, _name: str, body: bytes) -> Answer:
        key = orjson.loads(body)["Key"]
        return Answer(orjson.dumps({"Item": _there(key)}) if self._exists(key["sk"]["S"].encode()) else b"{}")

    def _write(self, name: str, body: bytes) -> Answer:
        """Answer UpdateItem or PutItem."""
        self._count(name, lambda: size_of_item(orjson.loads(body)))
        if (user := _USER_KEY.search(body)) is not None:
            self._users.add(user[1])
        if b'"ReturnValues"' not in body:
            return Answer(b"{}")
        request = orjson.loads(body)
        key = request.get("Key") or {part: request["Item"][part] for part in ("pk", "sk")}
        sort_key = key["sk"]["S"].encode()
        there = sort_key.startswith(b"E#") and self._exists(sort_key) and request["ReturnValues"] == "ALL_OLD"
        return Answer(orjson.dumps({"Attributes": _there(key)}) if there else b"{}")

    def _batch_write(self, name: str, body: bytes) -> Answer:
        tables = orjson.loads(body)["RequestItems"]
        kept: dict[str, list[Any]] = {}
        for table, writes in tables.items():
            for write in writes:
                if self._throttles_one():
                    kept.setdefault(table, []).append(write)
                else:
                    self._count(name, partial(size_of_item, write))
        return Answer(orjson.dumps({"UnprocessedItems": kept}))

    def _batch(self, _name: str, body: bytes) -> Answer:
        statements = orjson.loads(body)["Statements"]
        return Answer(orjson.dumps({"Responses": [self._statement(one) for one in statements]}))

    def _statement(self, statement: dict[str, Any]) -> dict[str, Any]:
        if self._throttles_one():
            self._refused["BatchExecuteStatement, throttled"] += 1
            return _refusal(self._chance.choice(("ThrottlingError", "ProvisionedThroughputExceeded")))
        # A refused write is charged as a write: one unit at least.
        self._count("BatchExecuteStatement", lambda: size_of_statement(statement))
        there = self._is_there(statement)
        text = statement["Statement"]
        if text.startswith("INSERT") and there:
            self._refused["BatchExecuteStatement, DuplicateItem"] += 1
            return _refusal("DuplicateItem")
        if text.startswith("UPDATE") and not there:
            self._refused["BatchExecuteStatement, ConditionalCheckFailed"] += 1
            return _refusal("ConditionalCheckFailed")
        return {"TableName": "endpoints"}

    def _is_there(self, statement: dict[str, Any]) -> bool:
        """Return whether a statement's item is there before it."""
        sort_key = _sort_key_of(statement)
        if sort_key.startswith(b"E#"):
            return self._exists(sort_key)
        there = sort_key in self._users
        self._users.add(sort_key)
        return there

    def _throttles_one(self) -> bool:
        share = self._settings.throttled_statements
        return bool(share and self._chance.random() < share)

    def _exists(self, sort_key: bytes) -> bool:
        share = self._settings.duplicates
        return bool(share) and crc32(sort_key) % 1000 < share * 1000

    def _count(self, name: str, size: Callable[[], int]) -> None:
        self._items[name] += 1
        if self._settings.measured_units:
            self._units[name] += units(size())
        self._is_spent(1)


def _sort_key_of(statement: dict[str, Any]) -> bytes:
    """Return the sort key of a statement's item, which is a parameter or stands in the text."""
    for value in statement.get("Parameters", ()):
        text = value.get("S", "")
        if text.startswith(("E#", "U#")):
            return bytes(text, "utf-8")
    found = _SORT_KEY.search(statement["Statement"].encode())
    assert found, f"a statement without a key: {statement}"
    return found[0]


def _refusal(code: str) -> dict[str, Any]:
    message = (
        "Duplicate primary key exists in table" if code == "DuplicateItem" else "The request was refused"
    )
    return {"Error": {"Code": code, "Message": message}, "TableName": "endpoints"}


def _there(key: dict[str, Any]) -> dict[str, Any]:
    """Return an endpoint as it is before a write, where it is there already."""
    item = {
        "Address": {"S": "ada@example.org"},
        "ChannelType": {"S": "EMAIL"},
        "EndpointStatus": {"S": "ACTIVE"},
    }
    return {**key, **item, "CreationDate": {"S": "2026-01-01T00:00:00.000Z"}}


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime

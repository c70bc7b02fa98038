"""MiniStack's DynamoDB, asked for one operation at a time, in one thread.

They are MiniStack's own functions, so MiniStack is pinned. Replaced are those that took most of its time (it copied
items with `copy.deepcopy`, and read an expression again for each item that it was applied to), and PartiQL's INSERT,
which took items that DynamoDB refuses, and kept numbers as they were written.
"""

import copy
import functools
import json
import sys
import traceback
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any
from zlib import crc32

import orjson
from ministack.services import _dynamodb_keywords, dynamodb

DEFINITIONS = frozenset({"CreateTable", "DeleteTable", "UpdateTable"})
WRITES = frozenset(
    {"PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems"}
    | {"ExecuteStatement", "BatchExecuteStatement", "ExecuteTransaction"}
)
READS = frozenset(
    {"GetItem", "Query", "Scan", "BatchGetItem", "TransactGetItems", "DescribeTable", "ListTables"}
    | {"DescribeEndpoints", "DescribeLimits"}
)
_OPERATIONS = DEFINITIONS | WRITES | READS
# https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchStatementRequest.html
_MAX_STATEMENT = 8192
_NAMESPACES = {
    "ValidationException": "com.amazon.coral.validate#",
    "SerializationException": "com.amazon.coral.service#",
    "UnknownOperationException": "com.amazon.coral.service#",
}
_EXPRESSIONS = 1024  # read expressions that are kept; the service's own are some hundred

Answer = tuple[int, Mapping[str, str], bytes]


def answer(operation: str, body: bytes) -> Answer:
    """Run an operation, for example `PutItem`, and return status, headers and body of DynamoDB's answer."""
    status, headers, content = _answer(operation, body)
    if status == 200:  # noqa: PLR2004
        return status, headers, content
    # Errors go by their whole names on the wire, and clients look for what follows the #.
    error = orjson.loads(content)
    code = error["__type"]
    error["__type"] = _NAMESPACES.get(code, "com.amazonaws.dynamodb.v20120810#") + code
    content = orjson.dumps(error)
    return status, {**headers, "x-amz-crc32": str(crc32(content))}, content


def _answer(operation: str, body: bytes) -> Answer:
    if operation not in _OPERATIONS:
        return _refused("UnknownOperationException", f"the local tables have no operation {operation!r}")
    if operation.endswith("Statement") and (refused := _too_long(body)):
        return refused
    running = dynamodb.handle_request(
        "POST", "/", {"x-amz-target": f"DynamoDB_20120810.{operation}"}, body, {}
    )
    try:
        running.send(None)
    except StopIteration as finished:
        answered: Answer = finished.value
        return answered
    except Exception:  # noqa: BLE001 - a fault of MiniStack is its server's, and its text the developer's
        traceback.print_exc(file=sys.stderr)
    return _refused("InternalServerError", "MiniStack failed; the traceback is on stderr", 500)


def items() -> list[tuple[str, dict[str, Any]]]:
    """Return all items with the names of their tables."""
    return [
        (name, item)
        for name in dynamodb._tables  # noqa: SLF001
        for sorted_items in dynamodb._tables[name]["items"].values()  # noqa: SLF001
        for item in sorted_items.values()
    ]


def put(name: str, item: dict[str, Any]) -> None:
    """Put an item as `items` has returned it into the table of this name, unchecked."""
    table = dynamodb._tables[name]  # noqa: SLF001
    hash_value, range_value, _ = dynamodb._resolve_table_key_values(table, item, allow_extra=True)  # noqa: SLF001
    dynamodb._set_item(table, hash_value, range_value, item)  # noqa: SLF001


def replace_functions() -> None:
    """Let MiniStack copy items and read expressions faster, and check what is inserted, once for the process."""
    keep = functools.lru_cache(_EXPRESSIONS)
    dynamodb.copy = SimpleNamespace(deepcopy=_copied)
    dynamodb.json = SimpleNamespace(
        loads=orjson.loads, dumps=json.dumps, JSONDecodeError=json.JSONDecodeError
    )
    dynamodb.json_response = _response
    dynamodb._partiql_insert = _inserted  # noqa: SLF001
    # What they return is read only.
    for name in ("_tokenize", "_condition_syntax_error"):
        setattr(dynamodb, name, keep(getattr(dynamodb, name)))
    _dynamodb_keywords._tokenize = keep(_dynamodb_keywords._tokenize)  # noqa: SLF001


def _copied(value: Any) -> Any:
    try:
        return orjson.loads(orjson.dumps(value))
    except TypeError:  # not JSON: it has keys that are no text, for example
        return copy.deepcopy(value)


def _inserted(table: dict[str, Any], parsed: dict[str, Any]) -> Answer:
    """Insert an item with all the checks of PutItem."""
    item = parsed["item"]
    request = {
        "TableName": table["TableName"],
        "Item": item["M"] if item.keys() == {"M"} else item,
        "ConditionExpression": "attribute_not_exists(#key)",
        "ExpressionAttributeNames": {"#key": table["pk_name"]},
    }
    status, headers, content = dynamodb._put_item(request)  # noqa: SLF001
    if status == 200:  # noqa: PLR2004
        return _response({"Items": []})
    if orjson.loads(content)["__type"] == "ConditionalCheckFailedException":
        return _refused("DuplicateItemException", "Duplicate primary key exists in table")
    return status, headers, content


def _response(content: Any, status: int = 200) -> Answer:
    return status, {"Content-Type": "application/x-amz-json-1.0"}, orjson.dumps(content)


def _refused(code: str, message: str, status: int = 400) -> Answer:
    return _response({"__type": code, "message": message}, status)


def _too_long(body: bytes) -> Answer | None:
    """Refuse a statement of PartiQL that DynamoDB would find too long; MiniStack takes any."""
    try:
        request = orjson.loads(body)
        statements = request.get("Statements", [request])
        longest = max((len(each.get("Statement", "")) for each in statements), default=0)
    except (ValueError, AttributeError, TypeError):
        return None  # malformed in another way, which MiniStack says
    if longest <= _MAX_STATEMENT:
        return None
    limit = f"Member must have length less than or equal to {_MAX_STATEMENT}"
    return _refused(
        "ValidationException",
        f"1 validation error detected: 'statement' failed to satisfy constraint: {limit}",
    )

"""Write units of the requests that the sink counts: one for each begun KB of an item, as DynamoDB weighs items.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
"""

import re
from functools import lru_cache
from typing import Any

KB = 1024
_NAMES = re.compile(r"'([^']*)'\s*:|\"([^\"]*)\"\s*=")
_LITERALS = re.compile(r"'(?:[^']|'')*'")


def units(size: int) -> int:
    """Return the write units of an item of so many bytes."""
    return max(1, -(-size // KB))


def size_of_item(request: dict[str, Any]) -> int:
    """Return the bytes of the item that a write leaves where nothing was before: names and values."""
    if "PutRequest" in request or "Item" in request:
        return _size_of_map((request.get("PutRequest") or request)["Item"])
    names = request.get("ExpressionAttributeNames", {})
    values = request.get("ExpressionAttributeValues", {})
    named = sum(len(name.encode()) for name in names.values())
    return _size_of_map(request.get("Key", {})) + named + sum(_size(value) for value in values.values())


def size_of_statement(statement: dict[str, Any]) -> int:
    """Return the bytes of the item that a statement makes; an upper bound where its values are literals."""
    text = statement["Statement"]
    if "Parameters" in statement:
        return _names_of(text) + sum(_size(value) for value in statement["Parameters"])
    return sum(len(literal.encode()) for literal in _LITERALS.findall(text))


@lru_cache(maxsize=1024)
def _names_of(text: str) -> int:
    """Return the bytes of the names that a statement gives values to."""
    return sum(len((one or other).encode()) for one, other in _NAMES.findall(text))


def _size_of_map(item: dict[str, Any]) -> int:
    return sum(len(name.encode()) + _size(value) for name, value in item.items())


def _size(value: dict[str, Any]) -> int:
    """Return the bytes of a value of DynamoDB's JSON."""
    ((kind, content),) = value.items()
    if kind == "S":
        return len(content.encode())
    if kind == "N":
        return len(content) // 2 + 2
    if kind == "SS":
        return sum(len(one.encode()) for one in content)
    if kind == "L":
        return 3 + sum(1 + _size(one) for one in content)
    if kind == "M":
        return 3 + len(content) + _size_of_map(content)
    return 1

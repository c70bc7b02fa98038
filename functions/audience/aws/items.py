"""What boto3's tables give and take: numbers are Decimal there, int and float here."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from audience.aws.pages import page_from

# Floats are exact up to here. What is larger was a float when it came, and orjson writes no integer over 64 bits.
_EXACT = 2**53


def plain(value: Any) -> Any:
    """Return a value read from a table as plain Python has it.

    Decimals become int where whole and not above 2^53, else float; sets become sorted lists.
    """
    if isinstance(value, Decimal):
        whole = value == value.to_integral_value() and abs(value) <= _EXACT
        return int(value) if whole else float(value)
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, set | frozenset):
        return sorted(plain(inner) for inner in value)
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    return value


def storable(value: Any) -> Any:
    """Return a JSON value as a boto3 table takes it.

    Floats become the Decimal of their shortest decimal notation.
    """
    if isinstance(value, float):
        return Decimal(repr(value))
    if isinstance(value, dict):
        return {key: storable(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [storable(inner) for inner in value]
    return value


def query_all(table: Any, **query: Any) -> Iterator[dict[str, Any]]:
    """Yield all items of a query over all its pages (1 MB each), numbers made plain."""
    while True:
        page = table.query(**query)
        yield from (plain(item) for item in page["Items"])
        if "LastEvaluatedKey" not in page:
            return
        query["ExclusiveStartKey"] = page["LastEvaluatedKey"]


def page_of(
    table: Any, partition: str, prefix: str, limit: int, after: str | None
) -> tuple[list[dict[str, Any]], str | None]:
    """Return one page of a partition's items whose sort key starts with `prefix`, highest first.

    An empty `prefix` means any sort key.

    Returns:
        The items, at most `limit` and no more than an answer can carry, and the sort key to go on after, or None
        where there is nothing more: one item too many is asked for, so that no page with a next key is followed
        by an empty one.
    """
    query: dict[str, Any] = {
        "KeyConditionExpression": "pk = :pk",
        "ExpressionAttributeValues": {":pk": partition},
        "ScanIndexForward": False,
        "ConsistentRead": True,
    }
    if prefix:
        query["KeyConditionExpression"] += " AND begins_with(sk, :prefix)"
        query["ExpressionAttributeValues"][":prefix"] = prefix
    if after is not None:
        query["ExclusiveStartKey"] = {"pk": partition, "sk": after}
    found, more = page_from(query_all(table, **query, Limit=limit + 1), limit)
    return found, str(found[-1]["sk"]) if more else None

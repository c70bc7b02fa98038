"""Items and pages of boto3's tables, with int and float instead of the tables' Decimal."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from audience.aws.client_types import Table
from audience.aws.pages import page_from

# A float holds every integer up to here. A larger number was a float when it was stored, and orjson writes no integer
# of more than 64 bits.
_EXACT = 2**53


def plain(value: Any) -> Any:
    """Return a value read from a table as plain Python values.

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
    """Return a JSON value as a boto3 table accepts it.

    Floats become the Decimal of their shortest decimal notation.
    """
    if isinstance(value, float):
        return Decimal(repr(value))
    if isinstance(value, dict):
        return {key: storable(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [storable(inner) for inner in value]
    return value


def query_all(table: Table, **query: Any) -> Iterator[dict[str, Any]]:
    """Yield all items of a query over all its pages (1 MB each), in plain Python values."""
    while True:
        page = table.query(**query)
        yield from (plain(item) for item in page["Items"])
        if "LastEvaluatedKey" not in page:
            return
        query["ExclusiveStartKey"] = page["LastEvaluatedKey"]


def page_of(
    table: Table, partition: str, prefix: str, limit: int, after: str | None
) -> tuple[list[dict[str, Any]], str | None]:
    """Return one page of a partition's items whose sort key starts with `prefix`, highest first.

    An empty `prefix` means any sort key.

    Returns:
        The items, at most `limit` and no more than an answer can carry, and the sort key to go on after, or None
        at the end. One item more than the limit is read, so that no page with a next key is followed by an empty one.
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

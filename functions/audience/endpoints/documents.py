"""Endpoint items of the table as the API and the exports show them."""

from collections.abc import Mapping
from typing import Any

from audience.endpoints.fields import ATTRIBUTES, DATASET, INGESTED, METRICS, NUMBERS, USER_ATTRIBUTES

Item = Mapping[str, dict[str, Any]]
_OWN = frozenset({"pk", "sk", "endpoint_ids", INGESTED, DATASET})


def document_of(item: Item, user: Item | None) -> dict[str, Any]:
    """Return the endpoint as a document, with the user attributes from the user's item.

    Members are in the order of the alphabet.

    Args:
        item: the endpoint's item in DynamoDB's JSON; its attributes are named like the CSV's columns.
        user: the item of the endpoint's user, where it has one.
    """
    document: dict[str, Any] = {"Id": item["sk"]["S"][2:]}
    for name in sorted(item.keys() - _OWN):
        place, member = _place(document, name)
        place[member] = _value(name, item[name])
    if user is not None:
        values = attributes_of(user)
        if values:
            document.setdefault("User", {})["UserAttributes"] = values
    return dict(sorted(document.items()))


def attributes_of(user: Item) -> dict[str, list[str]]:
    """Return the attributes of a user's item by name, in the order of the alphabet."""
    names = sorted(name for name in user if name.startswith(USER_ATTRIBUTES))
    return {name[len(USER_ATTRIBUTES) :]: _value(name, user[name]) for name in names}


def _place(document: dict[str, Any], name: str) -> tuple[dict[str, Any], str]:
    """Return where in the document a column belongs.

    Only the first dot nests, names may hold more.
    """
    group, dot, member = name.partition(".")
    return (document.setdefault(group, {}), member) if dot else (document, name)


def _value(name: str, value: dict[str, Any]) -> Any:
    if name.startswith(METRICS) or name in NUMBERS:
        return float(value["N"])
    if name.startswith((ATTRIBUTES, USER_ATTRIBUTES)):
        return [entry["S"] for entry in value["L"]]
    return value["S"]

"""How to make documents of items that have the same names: worked out once for a set of names, not for each item.

The endpoints of an app have few sets of names, and sorting and parting them is most of what a document costs.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from audience.endpoints.fields import ATTRIBUTES, METRICS, NUMBERS

Item = Mapping[str, Any]
Make = Callable[[Item], Any]


def document_maker(names: Iterable[str]) -> Make:
    """Return what makes the documents of items with these names (and a sort key), members in alphabetical order.

    Only the first dot of a name nests: the names of custom attributes may have dots themselves.
    """
    groups: dict[str, dict[str, str]] = {}
    members: dict[str, Make] = {"Id": _id}
    for name in sorted(names):
        group, dot, member = name.partition(".")
        if dot:
            groups.setdefault(group, {})[member] = name
        else:
            members[name] = value_reader(name)
    members |= {group: _group(group, inside) for group, inside in groups.items()}
    steps = sorted(members.items())

    def make(item: Item) -> dict[str, Any]:
        return {member: read(item) for member, read in steps}

    return make


def value_reader(name: str) -> Make:
    """Return what reads the value of a column from an item: text, a number, or a list of texts."""
    if name.startswith(METRICS) or name in NUMBERS:
        return lambda item: float(item[name]["N"])
    if name.startswith(ATTRIBUTES):
        return lambda item: [entry["S"] for entry in item[name]["L"]]
    return lambda item: item[name]["S"]


def _id(item: Item) -> str:
    return str(item["sk"]["S"][2:])


def _group(group: str, inside: Mapping[str, str]) -> Make:
    """Return what reads an object; where all its members are of one kind, without a call for each."""
    pairs = tuple(inside.items())
    if f"{group}." == ATTRIBUTES:
        return lambda item: {member: [entry["S"] for entry in item[name]["L"]] for member, name in pairs}
    if f"{group}." == METRICS:
        return lambda item: {member: float(item[name]["N"]) for member, name in pairs}
    if not NUMBERS.keys() & inside.values():
        return lambda item: {member: item[name]["S"] for member, name in pairs}
    readers = tuple((member, value_reader(name)) for member, name in pairs)
    return lambda item: {member: read(item) for member, read in readers}

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
    texts: dict[str, str] = {}
    readers: dict[str, Make] = {"Id": _id}
    for name in sorted(names):
        group, dot, member = name.partition(".")
        if dot:
            groups.setdefault(group, {})[member] = name
        elif is_text(name):
            texts[name] = name
        else:
            readers[name] = value_reader(name)
    readers |= {group: _group(group, inside) for group, inside in groups.items()}
    # Most members are texts: those are read without a call for each.
    steps = [(member, readers.get(member), texts.get(member, "")) for member in sorted(texts | readers)]

    def make(item: Item) -> dict[str, Any]:
        return {member: read(item) if read else item[name]["S"] for member, read, name in steps}

    return make


def is_text(name: str) -> bool:
    """Return whether a column holds text, and neither a number nor a list of texts."""
    return not (name in NUMBERS or name.startswith((METRICS, ATTRIBUTES)))


def value_reader(name: str) -> Make:
    """Return what reads the value of a column from an item: text, a number, or a list of texts."""
    if is_text(name):
        return lambda item: item[name]["S"]
    if name.startswith(ATTRIBUTES):
        return lambda item: [entry["S"] for entry in item[name]["L"]]
    return lambda item: float(item[name]["N"])


def _id(item: Item) -> str:
    return str(item["sk"]["S"][2:])


def _group(group: str, inside: Mapping[str, str]) -> Make:
    """Return what reads an object; where all its members are of one kind, without a call for each."""
    pairs = tuple(inside.items())
    if f"{group}." == ATTRIBUTES:
        return lambda item: {member: [entry["S"] for entry in item[name]["L"]] for member, name in pairs}
    if f"{group}." == METRICS:
        return lambda item: {member: float(item[name]["N"]) for member, name in pairs}
    kinds = tuple((member, name, is_text(name)) for member, name in inside.items())
    if all(text for _, _, text in kinds):
        return lambda item: {member: item[name]["S"] for member, name in pairs}
    return lambda item: {
        member: item[name]["S"] if text else float(item[name]["N"]) for member, name, text in kinds
    }

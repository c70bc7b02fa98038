"""Columns that are nearly those of an endpoint: slips of the pen, and other separators than the dot."""

import re
from collections.abc import Collection
from functools import lru_cache

from audience.endpoints.columns import FIXED, PREFIXES, field_of
from audience.endpoints.fields import shown
from audience.endpoints.rows import MAX_FIELD_SHOWN

_NOT_IN_NAMES = re.compile(r"[^a-z0-9]")
_SEPARATOR = re.compile(r"[^A-Za-z0-9]")
# Changes of a letter (left out, put in, replaced, swapped with its neighbour) that a name of so many letters may have.
# Of shorter names (`Id`) each change gives another word.
_ONE_CHANGE, _TWO_CHANGES = 6, 10


def near_field(column: str, present: Collection[str]) -> str:
    """Return the field that a column probably means, or the empty string.

    Args:
        column: a column that is none of an endpoint.
        present: the fields that the file has; a column beside the one that it resembles is another one.
    """
    meant = _near_field(column)
    return "" if meant in present else meant


@lru_cache(maxsize=1024)
def _near_field(column: str) -> str:
    if len(column) > MAX_FIELD_SHOWN or field_of(column):
        return ""
    return _with_prefix(column) or _fixed(column)


def _fixed(column: str) -> str:
    letters = _letters(column)
    if letters != letters.rstrip("0123456789"):  # `Address2` is no slip, but another address
        return ""
    near = [(_changes(letters, _letters(name)), name) for name in FIXED if _may_be(letters, _letters(name))]
    return min(near)[1] if near else ""


def _with_prefix(column: str) -> str:
    """Return the custom attribute that is meant: `Attribute.Plan`, `Attributes_Plan`, `UserAttributes.Plan`."""
    for found in _SEPARATOR.finditer(column):
        head, name = _letters(column[: found.start()]), column[found.end() :]
        for prefix in PREFIXES:
            exact = head in {_letters(prefix), _letters(prefix).removeprefix("user")}
            if name and (exact or (found[0] == "." and _may_be(head, _letters(prefix)))):
                return prefix + name
    return ""


def near_words(column: str, meant: str) -> str:
    """Say which field a column probably means, and what to do."""
    told = f"{shown(column)} is not a column of an endpoint: {shown(meant)} was probably meant"
    return f'{told}. Name it so, or say in Columns what it is ("" leaves it out)'


def _letters(name: str) -> str:
    return _NOT_IN_NAMES.sub("", name.lower())


def _may_be(given: str, known: str) -> bool:
    allowed = 2 if len(known) >= _TWO_CHANGES else 1
    return (
        len(known) >= _ONE_CHANGE
        and abs(len(given) - len(known)) <= allowed
        and _changes(given, known) <= allowed
    )


def _changes(given: str, known: str) -> int:
    """Return how many changes of a letter make one word of the other (optimal string alignment distance)."""
    rows = [list(range(len(known) + 1))]
    for at, letter in enumerate(given):
        row = [at + 1]
        for other_at, other in enumerate(known):
            cost = min(rows[at][other_at] + (letter != other), rows[at][other_at + 1] + 1, row[other_at] + 1)
            if at and other_at and letter == known[other_at - 1] and given[at - 1] == other:
                cost = min(cost, rows[at - 1][other_at - 1] + 1)
            row.append(cost)
        rows.append(row)
    return rows[-1][-1]

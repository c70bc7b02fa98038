"""PartiQL statements that insert items, each with its values, as the bytes of a request.

Rows of a file have the same columns: the statement's text is made once for them, and what is left for a row are its
values, which orjson writes in one call for each type that they have.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import Any

import orjson

from audience.endpoints.rows import Value

# "Maximum length of 8192" of Statement
# (https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchStatementRequest.html).
# AWS's own engine (DynamoDB Local 2.5) counts bytes of UTF-8.
MAX_STATEMENT_BYTES = 8192
MAX_SHAPES = 1024  # sets of names and types whose statement is kept, of some KB each
# The types of values, in the order of a statement's parameters.
_TYPES: tuple[type | tuple[type, ...], ...] = (str, list, (int, float), frozenset)

# An item's values by name; a user's has a set of texts beside what rows have.
NewItem = Mapping[str, Value | frozenset[str]]


@dataclass(frozen=True, slots=True)
class _Shape:
    """The statement of all items with the same names and types."""

    head: bytes  # of the JSON, up to the first text
    values: Callable[[NewItem], Sequence[Any]]  # returns an item's values by type, as in _TYPES
    ends: tuple[int, ...]  # of the texts among the values, of the lists, and of the numbers


class InsertStatements:
    """The statements that insert items into one table."""

    def __init__(self, table: str) -> None:
        """Keep the table's name."""
        self._table = table
        self._shape = lru_cache(MAX_SHAPES)(self._new_shape)

    def of(self, item: NewItem) -> bytes | None:
        """Return the statement that inserts an item, as JSON of BatchStatementRequest; None if it is too long.

        Args:
            item: the values by name, with the texts `pk` and `sk`; a name with an empty list is left out.
        """
        shape = self._shape(tuple(item), tuple(map(type, item.values())))
        if shape is None:
            return None
        values = shape.values(item)
        texts, lists, numbers = shape.ends
        parts = [shape.head, _texts(values[:texts])]
        if lists > texts:
            if [] in values[texts:lists]:
                return self.of({name: value for name, value in item.items() if value != []})
            parts.append(_lists(values[texts:lists]))
        if numbers > lists:
            parts.append(_numbers(values[lists:numbers]))
        parts += [b'},{"SS":%b' % orjson.dumps(sorted(each)) for each in values[numbers:]]
        parts.append(b"}]}")
        return b"".join(parts)

    def _new_shape(self, names: tuple[str, ...], types: tuple[type, ...]) -> _Shape | None:
        """Return the shape of items with these names and types; None if their statement is too long."""
        typed = list(zip(names, types, strict=True))
        by_type = [[name for name, kind in typed if issubclass(kind, wanted)] for wanted in _TYPES]
        ordered = [name for group in by_type for name in group]
        places = ",".join(f"{_literal(name)}:?" for name in ordered)
        statement = f'INSERT INTO "{self._table}" VALUE {{{places}}}'
        if len(statement.encode()) > MAX_STATEMENT_BYTES:
            return None
        head = b'{"Statement":%b,"Parameters":[{"S":' % orjson.dumps(statement)
        ends = tuple(sum(map(len, by_type[:number])) for number in range(1, len(_TYPES)))
        return _Shape(head, itemgetter(*ordered), ends)


def _literal(text: str) -> str:
    """Return a text as a string literal of PartiQL."""
    return "'{}'".format(text.replace("'", "''"))


# If orjson indents, it begins a line for each value, and a text never has a line break in JSON: so what stands between
# two values is known from what is in them, and can become what stands there in DynamoDB's JSON.
def _texts(texts: Sequence[str]) -> bytes:
    lines = orjson.dumps(texts, option=orjson.OPT_INDENT_2)
    return lines[len("[\n  ") : -len("\n]")].replace(b",\n  ", b'},{"S":')


def _lists(lists: Sequence[list[str]]) -> bytes:
    lines = orjson.dumps(lists, option=orjson.OPT_INDENT_2)[len("[\n  [\n    ") : -len("\n  ]\n]")]
    lines = lines.replace(b"\n  ],\n  [\n    ", b'}]},{"L":[{"S":').replace(b",\n    ", b'},{"S":')
    return b'},{"L":[{"S":%b}]' % lines


def _numbers(numbers: Sequence[float]) -> bytes:
    return b'},{"N":"%b"' % orjson.dumps(numbers)[1:-1].replace(b",", b'"},{"N":"')

"""PartiQL statements that insert items, each with its values, as the bytes of a request.

Rows of a file have the same columns: the text of the statement is made once for them, and what is left for a row are
its values, which orjson writes in one call for each type that they have. What all rows of a request share, as their
dates, is written once. CPU of a row of 22 columns, minima of fifteen interleaved rounds: 5.5 µs this way, 7.1 if each
row is a whole item of its own, 9.2 if each value is made a dictionary too.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from operator import itemgetter
from typing import Any

import orjson

from audience.endpoints.expressions import typed
from audience.endpoints.rows import Value
from audience.endpoints.text_rows import AROUND, RowShape, TextRow
from audience.layout.endpoints_table import ENDPOINT

# "Maximum length of 8192" of Statement
# (https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchStatementRequest.html).
# AWS's own engine (DynamoDB Local 2.5) counts bytes of UTF-8.
MAX_STATEMENT_BYTES = 8192
MAX_SHAPES = 1024  # sets of names and types whose statement is kept, of some KB each
# The types of values, in the order of a statement's parameters.
_TYPES: tuple[type | tuple[type, ...], ...] = (str, list, (int, float), frozenset)

# An item's values by name; a user's has a set of texts beside what rows have.
NewFields = Mapping[str, Value | frozenset[str]]
_Values = Sequence[Any]


@dataclass(frozen=True, slots=True)
class _Shape:
    """What the statements of all items with the same names and types have in common."""

    head: bytes  # of the JSON, up to the partition key
    values: Callable[[NewFields], _Values]  # returns an item's values by type, as in _TYPES
    ends: tuple[int, ...]  # of the texts among the values, of the lists, and of the numbers
    shared: tuple[str, ...]  # names of values that all items share, which come last


@dataclass(frozen=True, slots=True)
class _Template:
    """What the statements of all rows of a shape have in common."""

    between: tuple[bytes, ...]  # the partition key, the row's values, and what ends the statement
    shared: tuple[str, ...]


class StatementTexts:
    """The texts of the statements that insert items into one table."""

    def __init__(self, table: str) -> None:
        """Keep the table's name."""
        self._table = table
        self.shape = lru_cache(MAX_SHAPES)(self._new_shape)
        self.template = lru_cache(MAX_SHAPES)(self._new_template)

    def _new_shape(
        self, names: tuple[str, ...], types: tuple[type, ...], shared: tuple[str, ...]
    ) -> _Shape | None:
        """Return the shape of items with these names and types; None if their statement is too long."""
        typed_names = list(zip(names, types, strict=True))
        by_type = [[name for name, kind in typed_names if issubclass(kind, wanted)] for wanted in _TYPES]
        own = [name for group in by_type for name in group]
        shared = tuple(name for name in shared if name not in own)
        head = self._head((*own, *shared))
        if head is None:
            return None
        ends = tuple(sum(map(len, by_type[:number])) for number in range(1, len(_TYPES)))
        return _Shape(head, _getter(own), ends, shared)

    def _new_template(self, shape: RowShape, shared: tuple[str, ...]) -> _Template | None:
        """Return the template of rows of a shape; None if their statement is too long."""
        shared = tuple(name for name in shared if name not in shape.names)
        head = self._head((*shape.names, *shared))
        if head is None:
            return None
        around = [AROUND[kind] for kind in ("S", *shape.kinds)]
        inner = [after + b"," + before for (_, after), (before, _) in pairwise(around)]
        between = [head + b'"', b'"},{"S":"%b' % ENDPOINT.encode(), *inner, around[-1][1]]
        return _Template(tuple(between), shared)

    def _head(self, names: Sequence[str]) -> bytes | None:
        """Return the JSON of a statement of these names up to its partition key; None if it is too long."""
        places = ",".join(f"{_literal(name)}:?" for name in ("pk", "sk", *names))
        statement = f'INSERT INTO "{self._table}" VALUE {{{places}}}'
        if len(statement.encode()) > MAX_STATEMENT_BYTES:
            return None
        return b'{"Statement":%b,"Parameters":[{"S":' % orjson.dumps(statement)


class InsertStatements:
    """The statements that insert the items of one request."""

    def __init__(self, texts: StatementTexts, shared: Mapping[str, Value]) -> None:
        """Keep the texts, and the values of each item that has none of its own by these names."""
        self._texts = texts
        self._shared = shared
        self._known: dict[tuple[tuple[str, ...], tuple[type, ...]], tuple[_Shape | None, bytes]] = {}
        self._parts: dict[RowShape, list[bytes]] = {}

    def of(self, pk: str, sk: str, fields: NewFields) -> bytes | None:
        """Return the statement that inserts an item, as JSON of BatchStatementRequest; None if it is too long.

        Args:
            pk: the partition key.
            sk: the sort key.
            fields: the other values by name; a name with an empty list is left out.
        """
        names_and_types = tuple(fields), tuple(map(type, fields.values()))
        shape, end = self._known.get(names_and_types) or self._new(*names_and_types)
        if shape is None:
            return None
        values = shape.values(fields)
        texts, lists, numbers = shape.ends
        parts = [shape.head, _texts((pk, sk, *values[:texts]))]
        if lists > texts:
            if [] in values[texts:lists]:
                return self._without_empty(pk, sk, fields)
            parts.append(_lists(values[texts:lists]))
        if numbers > lists:
            parts.append(_numbers(values[lists:numbers]))
        if len(values) > numbers:
            parts += [b'},{"SS":%b' % orjson.dumps(sorted(each)) for each in values[numbers:]]
        parts.append(end)
        return b"".join(parts)

    def of_row(self, pk: bytes, row: TextRow) -> bytes | None:
        """Return the statement that inserts a row's endpoint, as JSON; None if it is too long.

        Args:
            pk: the partition key, as it stands in JSON.
            row: the row.
        """
        parts = self._parts.get(row.shape)
        if parts is None:
            parts = self._parts[row.shape] = self._new_parts(row.shape)
        if not parts:
            return None
        parts[1::2] = (pk, *row.values)
        return b"".join(parts)

    def _new_parts(self, shape: RowShape) -> list[bytes]:
        """Return the parts of a statement, of which every other one is a row's; none if it is too long."""
        template = self._texts.template(shape, tuple(self._shared))
        if template is None:
            return []
        *between, last = template.between
        parts = [part for each in between for part in (each, b"")]
        return [*parts, last + self._end(template.shared)]

    def _end(self, shared: Iterable[str]) -> bytes:
        """Return the end of a statement behind its last value, with the values that all items share."""
        return b"".join(b",%b" % orjson.dumps(typed(self._shared[name])) for name in shared) + b"]}"

    def _without_empty(self, pk: str, sk: str, fields: NewFields) -> bytes | None:
        shared = {name: value for name, value in self._shared.items() if name not in fields}
        kept = {name: value for name, value in fields.items() if value != []}
        return InsertStatements(self._texts, shared).of(pk, sk, kept)

    def _new(self, names: tuple[str, ...], types: tuple[type, ...]) -> tuple[_Shape | None, bytes]:
        """Return the shape of items with these names and types, and their statements' end, and remember both."""
        shape = self._texts.shape(names, types, tuple(self._shared))
        end = b"}" + self._end(shape.shared if shape else ())
        self._known[names, types] = shape, end
        return shape, end


def _getter(names: list[str]) -> Callable[[NewFields], _Values]:
    """Return what returns the values by these names, of which itemgetter makes a tuple only if they are several."""
    return itemgetter(*names) if len(names) > 1 else lambda fields: [fields[name] for name in names]


def _literal(text: str) -> str:
    """Return a text as a string literal of PartiQL."""
    return "'{}'".format(text.replace("'", "''"))


# If orjson indents, it begins a line for each value, and a text never has a line break in JSON: so what stands between
# two values is known from what is in them, and can become what stands there in DynamoDB's JSON.
def _texts(texts: _Values) -> bytes:
    lines = orjson.dumps(texts, option=orjson.OPT_INDENT_2)
    return lines[len("[\n  ") : -len("\n]")].replace(b",\n  ", b'},{"S":')


def _lists(lists: _Values) -> bytes:
    lines = orjson.dumps(lists, option=orjson.OPT_INDENT_2)[len("[\n  [\n    ") : -len("\n  ]\n]")]
    lines = lines.replace(b"\n  ],\n  [\n    ", b'}]},{"L":[{"S":').replace(b",\n    ", b'},{"S":')
    return b'},{"L":[{"S":%b}]' % lines


def _numbers(numbers: _Values) -> bytes:
    return b'},{"N":"%b"' % orjson.dumps(numbers)[1:-1].replace(b",", b'"},{"N":"')

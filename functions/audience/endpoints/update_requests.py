"""The UpdateItem requests that merge rows into their endpoints, as the bytes that are sent.

Rows of a file have the same columns, so that their requests differ in keys and values alone: all else is made once for
them, from audience.endpoints.expressions, and orjson writes the values in one call for each type that they have.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import Any

import orjson

from audience.endpoints.documents import INGESTED
from audience.endpoints.expressions import endpoint_update, updated_fields
from audience.endpoints.rows import Row, Value
from audience.endpoints.text_rows import AROUND, RowShape, TextRow
from audience.layout.endpoints_table import ENDPOINT, endpoint_key, partitions, shard_of

MAX_SHAPES = 1024  # that are kept, of some KB each
# The types of values, in the order in which a request has them, and the places of their values.
_TYPES: tuple[type | tuple[type, ...], ...] = (str, list, (int, float))
_PLACES = ('"%s":{"S":%%b}', '"%s":{"L":[{"S":%%b}]}', '"%s":{"N":"%%b"}')


@dataclass(frozen=True, slots=True)
class _Shape:
    """What the requests of all rows with the same names have in common, if their values have the same types."""

    template: (
        bytes  # a format of bytes: for both parts of the key, for the texts beside the fields, and the fields
    )
    beside: tuple[bool, bool]  # whether the texts beside the fields are `now`, and the user that is required
    values: Callable[[dict[str, Value]], Sequence[Any]]  # of the fields, by type
    ends: tuple[int, int]  # of the texts among the values, and of the lists


class UpdateRequests:
    """The requests that merge rows into the endpoints of one app."""

    def __init__(self, table: str, application_id: str, dataset: str | None = None) -> None:
        """Keep the table's name, the app, and the dataset that the rows are of, if any."""
        self._table = table
        self._application_id = application_id
        self._dataset = dataset
        self._shapes: dict[Any, _Shape] = {}
        self._partitions = [orjson.dumps(each)[1:-1] for each in partitions(application_id)]
        self._parts = lru_cache(MAX_SHAPES)(self._new_parts)

    def of(self, row: Row, now: str, ingested: int, held: str | None = None, of_user: str = "") -> bytes:
        """Return the JSON of a row's request; for the arguments see endpoint_update."""
        if isinstance(row, TextRow) and held is None and not of_user:
            parts = self._parts(row.shape, tuple(row.user_attributes), now)
            partition = self._partitions[shard_of(row.endpoint_id)]
            parts[1::2] = partition, *row.values, b"%d" % ingested
            return b"".join(parts)
        fields = updated_fields(row, now, ingested, self._dataset, held)
        gone = tuple(name for name, value in fields.items() if value == []) if [] in fields.values() else ()
        kind = (*fields,), (*map(type, fields.values()),), gone, row.creates, bool(row.user_id), bool(of_user)
        shape = self._shapes.get((kind, held is None))
        if shape is None:
            if len(self._shapes) >= MAX_SHAPES:
                self._shapes.clear()
            update = endpoint_update(row, now, ingested, self._dataset, held, of_user)
            shape = self._shapes[kind, held is None] = _shape(self._table, fields, update)
        key = endpoint_key(self._application_id, row.endpoint_id)
        values, (texts, lists) = shape.values(fields), shape.ends
        beside = [text for text, given in zip((now, of_user), shape.beside, strict=True) if given]
        parts = _texts([key["pk"]["S"], key["sk"]["S"], *beside, *values[:texts]])
        if lists > texts:
            parts += _lists(values[texts:lists])
        parts += (
            "\n".join(map(repr, values[lists:])).encode().split(b"\n")
        )  # there is one at least: `ingested`
        return shape.template % tuple(parts)

    def _new_parts(self, shape: RowShape, of_user: tuple[str, ...], now: str) -> list[bytes]:
        """Return the parts of the requests of rows of a shape that name these attributes of their users.

        Every other one is a row's own: the partition key, its values, and `ingested`.
        """
        user_id = "u" if "User.UserId" in shape.names else ""
        row = TextRow("e", user_id, {name: [] for name in of_user}, shape, (b"e", *[b"0"] * len(shape.names)))
        update = {"TableName": self._table, **endpoint_update(row, now, 0, self._dataset)}
        values = update.pop("ExpressionAttributeValues")
        names = updated_fields(row, now, 0, self._dataset)
        places = {name: f":{number}" for number, name in enumerate(names)}
        parts = [
            b'%b,"Key":{"pk":{"S":"' % orjson.dumps(update)[:-1],
            b"",
            b'"},"sk":{"S":"%b' % ENDPOINT.encode(),
        ]
        after = b'"}},"ExpressionAttributeValues":{'
        for name, kind in zip((*shape.names, INGESTED), (*shape.kinds, "N"), strict=True):
            place = places[name]
            before, behind = AROUND[kind]
            parts += b"", b'%b"%b":%b' % (after, place.encode(), before)
            after = behind + b","
            del values[place]
        others = orjson.dumps(values)[1:] if values else b"}"
        return [*parts, b"", (after if values else after[:-1]) + others + b"}"]


def _shape(table: str, fields: dict[str, Value], update: dict[str, Any]) -> _Shape:
    """Return the shape of the requests like that of an update of these fields."""
    values = update.pop("ExpressionAttributeValues")
    beside = ":created" in values, ":user" in values
    kept = [(f":{number}", name) for number, name in enumerate(fields) if f":{number}" in values]
    by_type = [[(place, name) for place, name in kept if isinstance(fields[name], kind)] for kind in _TYPES]
    places = [_PLACES[0] % name for name, given in zip((":created", ":user"), beside, strict=True) if given]
    places += [form % place for form, group in zip(_PLACES, by_type, strict=True) for place, _ in group]
    common = orjson.dumps({"TableName": table, **update})[1:-1].replace(b"%", b"%%")
    template = b'{%b,"Key":{"pk":{"S":%%b},"sk":{"S":%%b}},"ExpressionAttributeValues":{%b}}'
    ordered = [name for group in by_type for _, name in group]
    ends = len(by_type[0]), len(by_type[0]) + len(by_type[1])
    return _Shape(template % (common, ",".join(places).encode()), beside, itemgetter(*ordered), ends)


# If orjson indents, it begins a line for each value, and a text never has a line break in JSON: so what stands between
# two values is known from what is in them.
def _texts(texts: Sequence[str]) -> list[bytes]:
    """Return the JSON of each text."""
    return orjson.dumps(texts, option=orjson.OPT_INDENT_2)[len("[\n  ") : -len("\n]")].split(b",\n  ")


def _lists(lists: Sequence[list[str]]) -> list[bytes]:
    """Return the JSON of each list of texts, from within its first text's braces to within its last one's."""
    lines = orjson.dumps(lists, option=orjson.OPT_INDENT_2)[len("[\n  [\n    ") : -len("\n  ]\n]")]
    return lines.replace(b",\n    ", b'},{"S":').split(b"\n  ],\n  [\n    ")

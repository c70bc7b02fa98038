"""The UpdateItem requests that merge rows into their endpoints, as the bytes that are sent.

Rows of a file have the same columns, so that their requests differ in keys and values alone: all else is made once for
them, from audience.endpoints.expressions. orjson writes the values of a row in one call, if they are not JSON already.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

import orjson

from audience.endpoints.documents import HELD, INGESTED
from audience.endpoints.expressions import endpoint_update, updated_fields
from audience.endpoints.rows import Row, Value
from audience.endpoints.text_rows import AROUND, Kind, RowShape, TextRow
from audience.layout.endpoints_table import ENDPOINT, endpoint_key, partitions, shard_of

MAX_SHAPES = 1024  # that are kept, of some KB each


class _Alike(NamedTuple):
    """What the requests of rows have in common."""

    shape: RowShape  # of what is set: with `holds`, of the user attributes and HELD too
    user_attributes: tuple[str, ...]
    now: str
    has_user: bool
    holds: bool
    quoted: bool  # whether texts are given with their quotes, and the key with its prefix


class _Named:
    """The shape of fields with these names and types."""

    def __init__(self, names: tuple[str, ...], types: tuple[type, ...]) -> None:
        self.names, self.types = names, types
        kinds = ("S" if issubclass(kind, str) else "L" if kind is list else "N" for kind in types)
        self.shape = RowShape(names, tuple(kinds))  # type: ignore[arg-type]


class UpdateRequests:
    """The requests that merge rows into the endpoints of one app."""

    def __init__(self, table: str, application_id: str, dataset: str | None = None) -> None:
        """Keep the table's name, the app, and the dataset that the rows are of, if any."""
        self._table = table
        self._application_id = application_id
        self._dataset = dataset
        self._partitions = [orjson.dumps(each)[1:-1] for each in partitions(application_id)]
        self._shapes = lru_cache(MAX_SHAPES)(_Named)
        self._last = _Named((), ())
        self._parts = lru_cache(MAX_SHAPES)(self._new_parts)

    def of(self, row: Row, now: str, ingested: int, held: str | None = None, of_user: str = "") -> bytes:
        """Return the JSON of a row's request; for the arguments see endpoint_update."""
        holds = held is not None
        quoted = holds or not isinstance(row, TextRow)
        if isinstance(row, TextRow) and not quoted:
            shape, values = row.shape, row.values
        else:
            fields = row.fields if held is None else {**row.fields, **row.user_attributes, HELD: held}
            shape, values = self._shape_of(fields), _quoted(ENDPOINT + row.endpoint_id, fields)
        if not values or of_user:
            return self._whole(row, now, ingested, held, of_user)
        parts = self._parts((shape, tuple(row.user_attributes), now, bool(row.user_id), holds, quoted))
        parts[1::2] = self._partitions[shard_of(row.endpoint_id)], *values, b"%d" % ingested
        return b"".join(parts)

    def _shape_of(self, fields: Mapping[str, Value]) -> RowShape:
        """Return the shape of fields: most often that of the row before, which is quicker compared than looked up."""
        names, types = tuple(fields), tuple(map(type, fields.values()))
        last = self._last
        if last.names != names or last.types != types:
            last = self._last = self._shapes(names, types)
        return last.shape

    def _whole(self, row: Row, now: str, ingested: int, held: str | None, of_user: str) -> bytes:
        """Return a request that shares nothing with others."""
        update = endpoint_update(row, now, ingested, self._dataset, held, of_user)
        key = endpoint_key(self._application_id, row.endpoint_id)
        return orjson.dumps({"TableName": self._table, "Key": key, **update})

    def _new_parts(self, key: tuple[RowShape, tuple[str, ...], str, bool, bool, bool]) -> list[bytes]:
        """Return the parts of requests.

        Every other one is a row's own: the partition key, its values, and `ingested`.
        """
        alike = _Alike(*key)
        shape = alike.shape
        others = {*alike.user_attributes, HELD} if alike.holds else set()
        fields: dict[str, Value] = {name: "" for name in shape.names if name not in others}
        row = Row("e", "u" if alike.has_user else "", fields, {name: ["a"] for name in alike.user_attributes})
        how = (alike.now, 0, self._dataset, "held" if alike.holds else None)
        update = {"TableName": self._table, **endpoint_update(row, *how)}
        values = update.pop("ExpressionAttributeValues")
        places = {name: f":{number}" for number, name in enumerate(updated_fields(row, *how))}
        before, after = _around("S", quoted=alike.quoted)
        prefix = b"" if alike.quoted else ENDPOINT.encode()
        parts = [
            b'%b,"Key":{"pk":{"S":"' % orjson.dumps(update)[:-1],
            b"",
            b'"},"sk":%b%b' % (before, prefix),
        ]
        end = after + b'},"ExpressionAttributeValues":{'
        for name, kind in zip((*shape.names, INGESTED), (*shape.kinds, "N"), strict=True):
            before, after = _around(kind, quoted=alike.quoted)
            parts += b"", b'%b"%b":%b' % (end, places[name].encode(), before)
            end = after + b","
            del values[places[name]]
        rest = orjson.dumps(values)[1:]  # "}" if nothing is left
        return [*parts, b"", (end if values else after) + rest + b"}"]


def _around(kind: Kind, *, quoted: bool) -> tuple[bytes, bytes]:
    """Return what stands before and after a value."""
    before, after = AROUND[kind]
    return (before[:-1], after[1:]) if quoted and kind != "N" else (before, after)


def _quoted(key: str, fields: Mapping[str, Any]) -> list[bytes]:
    """Return the JSON of a key and of each value, of a list without its ends; nothing if a list is empty.

    If orjson indents, it begins a line for each value, and a text never has a line break in JSON: so what stands
    between two values is known from what is in them.
    """
    lines = orjson.dumps([key, *fields.values()], option=orjson.OPT_INDENT_2)
    if b"\n  []" in lines:
        return []
    lines = lines[len("[\n  ") : -len("\n]")].replace(b",\n    ", b'},{"S":')
    return lines.replace(b"[\n    ", b"").replace(b"\n  ]", b"").split(b",\n  ")

"""Rows within all limits, as a file of any kind may bring them."""

from typing import Any

import orjson
from hypothesis import strategies as st

from audience.endpoints.fields import ATTRIBUTES, CHANNELS, METRICS, USER_ATTRIBUTES
from audience.endpoints.rows import Row, Value
from audience.endpoints.text_rows import Kind, RowShape, TextRow

_characters = st.characters(exclude_categories=["Cs"])
texts = st.text(_characters, min_size=1, max_size=20)
names = st.text(_characters, min_size=1, max_size=12)
numbers = st.floats(-1e9, 1e9, allow_subnormal=False).filter(lambda found: found == 0 or abs(found) > 1e-100)
dates = st.datetimes().map(lambda moment: f"{moment.isoformat(timespec='milliseconds')}Z")
value_lists = st.lists(st.text(_characters, max_size=20), min_size=1, max_size=4)


def degrees(limit: int) -> st.SearchStrategy[float]:
    return st.integers(-limit * 10, limit * 10).map(lambda tenths: tenths / 10 + 0.0)


_standard: dict[str, st.SearchStrategy[Any]] = {
    "EffectiveDate": dates,
    "CreationDate": dates,
    "EndpointStatus": st.sampled_from(["ACTIVE", "INACTIVE"]),
    "OptOut": st.sampled_from(["ALL", "NONE"]),
    "RequestId": texts,
    "Location.City": texts,
    "Location.Country": st.sampled_from(["NO", "NOR", "us"]),
    "Location.Latitude": degrees(90),
    "Location.Longitude": degrees(180),
    "Demographic.Make": texts,
    "Demographic.Timezone": texts,
}


@st.composite
def rows(draw: st.DrawFn) -> Row:
    """A row that is enough for a new endpoint."""
    row = Row(endpoint_id=draw(texts))
    row.fields |= {"Address": draw(texts), "ChannelType": draw(st.sampled_from(sorted(CHANNELS)))}
    row.fields |= draw(st.fixed_dictionaries({}, optional=_standard))
    row.fields |= draw(st.dictionaries(names.map(ATTRIBUTES.__add__), value_lists, max_size=4))
    row.fields |= draw(st.dictionaries(names.map(METRICS.__add__), numbers, max_size=3))
    if draw(st.booleans()):
        row.user_id = draw(texts)
        row.fields["User.UserId"] = row.user_id
        row.user_attributes = draw(
            st.dictionaries(names.map(USER_ATTRIBUTES.__add__), value_lists, max_size=3)
        )
    return row


def text_row(row: Row) -> TextRow:
    """The same row as texts; none of its lists is empty."""
    names, found = tuple(row.fields), [_text_of(value) for value in row.fields.values()]
    shape = RowShape(names, tuple(kind for kind, _ in found))
    values = [_json(row.endpoint_id), *(value for _, value in found)]
    return TextRow(row.endpoint_id, row.user_id, row.user_attributes, shape, values)


def _text_of(value: Value) -> tuple[Kind, bytes]:
    if isinstance(value, str):
        return "S", _json(value)
    if isinstance(value, list):
        return "L", b'"},{"S":"'.join(map(_json, value))
    return "N", orjson.dumps(value)


def _json(text: str) -> bytes:
    return orjson.dumps(text)[1:-1]

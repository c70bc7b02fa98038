"""Rows whose values are the JSON of a request already: requests are made of them without writing them as JSON again.

Most rows of a file have the same names. What stands around their values in a request is then the same for all of them,
and a row that only goes in is never made a dictionary.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import orjson

from audience.endpoints.rows import Row, Value

# What a value is in DynamoDB's JSON: a text, a number, a list of texts.
Kind = Literal["S", "N", "L"]
BETWEEN_TEXTS = b'"},{"S":"'  # of a list
# What stands before and after a value in DynamoDB's JSON.
AROUND: Mapping[Kind, tuple[bytes, bytes]] = {
    "S": (b'{"S":"', b'"}'),
    "N": (b'{"N":"', b'"}'),
    "L": (b'{"L":[{"S":"', b'"}]}'),
}


@dataclass(frozen=True, eq=False)
class RowShape:
    """The names that rows have values of, and what these are."""

    names: tuple[str, ...]
    kinds: tuple[Kind, ...]

    @cached_property
    def creates(self) -> bool:
        """Return whether such a row is enough to make an endpoint that does not exist."""
        return "Address" in self.names and "ChannelType" in self.names

    @cached_property
    def channel(self) -> int:
        """Return the place of the channel among a row's values; 0 if it has none."""
        return self.names.index("ChannelType") + 1 if "ChannelType" in self.names else 0


class TextRow(Row):
    """A row of a shape.

    `values` are its endpoint's id, and then those of the shape's names, each as it stands in JSON between the quotes.
    """

    __slots__ = ("shape", "values")
    __hash__ = None  # type: ignore[assignment]  # as Row

    def __init__(
        self,
        endpoint_id: str,
        user_id: str,
        user_attributes: dict[str, list[str]],
        shape: RowShape,
        values: Sequence[bytes],
    ) -> None:
        """Keep what the row says."""
        self.endpoint_id = endpoint_id
        self.user_id = user_id
        self.user_attributes = user_attributes
        self.position = None
        self.shape = shape
        self.values = values

    @property
    def fields(self) -> dict[str, Value]:  # type: ignore[override]
        """Return the fields, made anew each time."""
        each = zip(self.shape.names, self.shape.kinds, self.values[1:], strict=True)
        return {name: _value(kind, value) for name, kind, value in each}

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of its fields and of its user's attributes."""
        return (*self.shape.names, *self.user_attributes) if self.user_attributes else self.shape.names

    @property
    def creates(self) -> bool:
        """Return whether the row is enough to make an endpoint that does not exist."""
        return self.shape.creates

    @property
    def channel(self) -> str:
        """Return the channel type; empty if it names none."""
        return self.values[self.shape.channel].decode() if self.shape.channel else ""

    def __eq__(self, other: object) -> bool:
        """Return whether another row, of any class, says the same."""
        if not isinstance(other, Row):
            return NotImplemented
        mine = self.endpoint_id, self.user_id, self.fields, self.user_attributes
        return mine == (other.endpoint_id, other.user_id, other.fields, other.user_attributes)


def _value(kind: Kind, value: bytes) -> Value:
    if kind == "N":
        return float(value) + 0.0
    texts: list[str] = orjson.loads(b'["%b"]' % value.replace(BETWEEN_TEXTS, b'","'))
    return texts if kind == "L" else texts[0]

"""What is known of rows with the same columns before they are read: worked out once, not for each row.

A plan reads the rows that nothing is wrong with. Any other is read member by member, by whoever has the plan, so that
all that is wrong with it is told.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress
from operator import itemgetter
from typing import Any

from audience.endpoints.cells import Constants
from audience.endpoints.rows import MAX_ENDPOINT_BYTES, MAX_ID_BYTES, Row, Value
from audience.identifiers import endpoint_id_for

# What a number, a date in its normal form, or the id of a row without one may have more of bytes than in the file.
_MOST_GROWTH = 32


@dataclass(frozen=True, slots=True)
class RowPlan:
    """The limits of a whole row, and what a row gets beside its own fields."""

    room: int  # bytes that a record may have, so that the row's names and values are certain to be within the limit
    constants: Constants | None

    @classmethod
    def of(cls, fields: Iterable[str], constants: Constants | None) -> "RowPlan":
        """Return the plan of rows with these fields."""
        size = sum(len(field.encode()) + _MOST_GROWTH for field in fields) + _MOST_GROWTH
        if constants:
            size += constants.size
        return cls(MAX_ENDPOINT_BYTES - size, constants)

    def row(
        self,
        length: int,
        application_id: str,
        endpoint_id: str,
        user_id: str,
        fields: dict[str, Value],
        user_attributes: dict[str, list[str]],
    ) -> Row | None:
        """Return the row of a record of `length` bytes; None where its limits or its id need a closer look."""
        if length > self.room:
            return None
        row = Row(endpoint_id, user_id, fields, user_attributes)
        if self.constants:
            self.constants.fill(row)
        if length > MAX_ID_BYTES or self.constants:
            longest = max(len(endpoint_id.encode()), len(row.user_id.encode()))
            if longest > MAX_ID_BYTES:
                return None
        if not endpoint_id:
            if not row.creates:
                return None
            channel, address = str(row.fields["ChannelType"]), str(row.fields["Address"])
            row.endpoint_id = endpoint_id_for(application_id, channel, address, row.user_id)
        return row


class Columns:
    """Some of a row's places, by the names of their fields."""

    def __init__(self, places: Mapping[str, int]) -> None:
        """Keep the places."""
        self._names = tuple(places)
        self.places = tuple(places.values())
        self.of = getter(self.places)

    def values(self, row: list[Any], filled: list[bool] | None = None) -> dict[str, Any]:
        """Return what is at the places by name; `filled` says of all places which have a value, if not all."""
        if not self._names:
            return {}
        pairs = zip(self._names, self.of(row), strict=True)
        return dict(pairs if filled is None else compress(pairs, self.of(filled)))


def getter(places: Sequence[int]) -> Callable[[list[Any]], tuple[Any, ...]]:
    """Return what takes the values at these places, as a tuple whatever their number."""
    if len(places) > 1:
        return itemgetter(*places)
    return lambda values: tuple([values[place] for place in places])

"""Rows as the inserts of their endpoints: their values are the JSON of a request already.

An insert needs no more of a row that nothing is wrong with. Where the endpoint turns out to be there already, the
record is read again, by itself and as a Row.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress, repeat, takewhile
from typing import Literal, NamedTuple

from audience.endpoints.cell_columns import json_column, texts_of
from audience.endpoints.fields import ATTRIBUTES, METRICS, NUMBERS, USER_ATTRIBUTES
from audience.identifiers import endpoint_id_for

# What a value is in DynamoDB's JSON: a text, a number, a list of texts.
Kind = Literal["S", "N", "L"]
Column = Sequence[bytes]
_BETWEEN_TEXTS = b'"},{"S":"'  # of a list
MAX_SHAPES = 1024  # sets of columns with a value, whose shape is kept
_NO_ATTRIBUTES: Mapping[str, list[str]] = {}


def kind_of(field: str) -> Kind:
    """Return what the values of a field are."""
    if field.startswith((ATTRIBUTES, USER_ATTRIBUTES)):
        return "L"
    return "N" if field in NUMBERS or field.startswith(METRICS) else "S"


@dataclass(frozen=True, slots=True, eq=False)
class RowShape:
    """The names that rows have values of, and what these are."""

    names: tuple[str, ...]
    kinds: tuple[Kind, ...]


class InsertRow(NamedTuple):
    """A row that is enough to make an endpoint, and that nothing is wrong with.

    `values` are its endpoint's id, and then those of the shape's names, each as it stands in JSON between the quotes.
    """

    endpoint_id: str
    user_id: str
    channel: str
    shape: RowShape
    values: Sequence[bytes]
    user_attributes: Mapping[str, list[str]]

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of its fields and of its user's attributes."""
        return (*self.shape.names, *self.user_attributes) if self.user_attributes else self.shape.names


class _Shapes(dict[tuple[bool, ...], RowShape]):
    """The shapes of rows, by which of some values they have; they have all others."""

    def __init__(self, whole: RowShape, places: Sequence[int]) -> None:
        """Keep the shape of rows with all values, and the places of those that may be missing, from 1."""
        super().__init__()
        self.places = places
        self._whole = whole

    def __missing__(self, filled: tuple[bool, ...]) -> RowShape:
        if len(self) >= MAX_SHAPES:
            self.clear()
        has = dict(zip(self.places, filled, strict=True))
        kept = [has.get(place, True) for place, _ in enumerate(self._whole.names, 1)]
        names, kinds = compress(self._whole.names, kept), compress(self._whole.kinds, kept)
        shape = self[filled] = RowShape(tuple(names), tuple(kinds))
        return shape


class InsertRows:
    """The rows of columns: which of them is which field."""

    def __init__(self, places: Mapping[str, Sequence[int]]) -> None:
        """Keep the places of each field's columns; Address and ChannelType are among the fields."""
        self._place = {field: found[0] for field, found in places.items()}
        self._of_user = {field: found for field, found in places.items() if field.startswith(USER_ATTRIBUTES)}
        names = tuple(field for field in places if field != "Id" and field not in self._of_user)
        self._own = [places[name] for name in names]
        self._shape = RowShape(names, tuple(map(kind_of, names)))
        self._shapes = _Shapes(self._shape, ())

    def of(self, columns: Sequence[Column], application_id: str) -> list[InsertRow]:
        """Return the rows up to the first with attributes of a user that it does not name.

        Args:
            columns: of one length, at least 1, with the values as they stand in JSON between the quotes.
            application_id: the app that ids are made for, where rows have none.
        """
        users, channels = self._texts("User.UserId", columns), self._texts("ChannelType", columns)
        ids = self._texts("Id", columns)
        if all(ids):
            keys = columns[self._place["Id"]]
        else:
            addresses = self._texts("Address", columns)
            parts = zip(ids, channels, addresses, users, strict=True)
            ids = [given or endpoint_id_for(application_id, *each) for given, *each in parts]
            keys = json_column(ids)
        shapes, values = self._shaped([keys, *(_joined(columns, places) for places in self._own)])
        of_user = self._user_attributes(columns) if self._of_user else repeat(_NO_ATTRIBUTES)
        rows = zip(ids, users, channels, shapes, values, of_user, strict=False)
        # InsertRow(*parts) of each, without a call of Python for each.
        found: list[InsertRow] = [*map(tuple.__new__, repeat(InsertRow), rows)]
        return [*takewhile(_has_user, found)] if self._of_user else found

    def _texts(self, field: str, columns: Sequence[Column]) -> list[str]:
        place = self._place.get(field)
        return [""] * len(columns[0]) if place is None else texts_of(columns[place])

    def _shaped(self, columns: list[Column]) -> tuple[Iterable[RowShape], Iterable[tuple[bytes, ...]]]:
        """Return the shape and the values of each row; the first column has the ids."""
        rows = zip(*columns, strict=True)
        places = {place for place, column in enumerate(columns) if not all(column)}
        if not places:
            return repeat(self._shape), rows
        if not places <= {*self._shapes.places}:
            self._shapes = _Shapes(self._shape, sorted(places.union(self._shapes.places)))
        filled = zip(*[map(bool, columns[place]) for place in self._shapes.places], strict=True)
        return map(self._shapes.__getitem__, filled), [tuple(filter(None, row)) for row in rows]

    def _user_attributes(self, columns: Sequence[Column]) -> list[Mapping[str, list[str]]]:
        """Return the attributes that each row has of its user."""
        texts = [[texts_of(columns[place]) for place in places] for places in self._of_user.values()]
        lists = [[[*filter(None, cells)] for cells in zip(*each, strict=True)] for each in texts]
        return [
            {name: values for name, values in zip(self._of_user, row, strict=True) if values}
            for row in zip(*lists, strict=True)
        ]


def _joined(columns: Sequence[Column], places: Sequence[int]) -> Column:
    """Return the column at the only place, or the lists of those at several places."""
    if len(places) == 1:
        return columns[places[0]]
    rows = zip(*[columns[place] for place in places], strict=True)
    return [_BETWEEN_TEXTS.join(filter(None, row)) for row in rows]


def _has_user(row: InsertRow) -> bool:
    return bool(row.user_id or not row.user_attributes)

"""Rows of columns whose values are the JSON of a request already (audience.endpoints.text_rows)."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import compress, repeat, takewhile

from audience.endpoints.cell_columns import json_column, texts_of
from audience.endpoints.fields import ATTRIBUTES, METRICS, NUMBERS, USER_ATTRIBUTES
from audience.endpoints.text_rows import BETWEEN_TEXTS, Kind, RowShape, TextRow
from audience.identifiers import endpoint_id_for

Column = Sequence[bytes]
MAX_SHAPES = 1024  # sets of columns with a value, whose shape is kept
_NO_ATTRIBUTES: dict[str, list[str]] = {}


def kind_of(field: str) -> Kind:
    """Return what the values of a field are."""
    if field.startswith((ATTRIBUTES, USER_ATTRIBUTES)):
        return "L"
    return "N" if field in NUMBERS or field.startswith(METRICS) else "S"


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


class TextColumns:
    """The rows of columns: which of them is which field."""

    def __init__(self, places: Mapping[str, Sequence[int]]) -> None:
        """Keep the places of each field's columns; Address and ChannelType are among the fields."""
        self._place = {field: found[0] for field, found in places.items()}
        self._of_user = {field: found for field, found in places.items() if field.startswith(USER_ATTRIBUTES)}
        names = tuple(field for field in places if field != "Id" and field not in self._of_user)
        self._own = [places[name] for name in names]
        self._shape = RowShape(names, tuple(map(kind_of, names)))
        self._shapes = _Shapes(self._shape, ())

    def of(self, columns: Sequence[Column], application_id: str) -> list[TextRow]:
        """Return the rows up to the first with attributes of a user that it does not name.

        Args:
            columns: of one length, at least 1, with the values as they stand in JSON between the quotes.
            application_id: the app that ids are made for, where rows have none.
        """
        ids, users = self._texts("Id", columns), self._texts("User.UserId", columns)
        if all(ids):
            keys = columns[self._place["Id"]]
        else:
            channels, addresses = self._texts("ChannelType", columns), self._texts("Address", columns)
            parts = zip(ids, channels, addresses, users, strict=True)
            ids = [given or endpoint_id_for(application_id, *each) for given, *each in parts]
            keys = json_column(ids)
        shapes, values = self._shaped([keys, *(_joined(columns, places) for places in self._own)])
        of_user = self._user_attributes(columns) if self._of_user else repeat(_NO_ATTRIBUTES)
        rows = map(TextRow, ids, users, of_user, shapes, values)
        return [*takewhile(_has_user, rows)] if self._of_user else [*rows]

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

    def _user_attributes(self, columns: Sequence[Column]) -> list[dict[str, list[str]]]:
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
    return [BETWEEN_TEXTS.join(filter(None, row)) for row in rows]


def _has_user(row: TextRow) -> bool:
    return bool(row.user_id or not row.user_attributes)

"""Rows of CSV read many at a time, column by column: what is done to a cell is one call for all cells of its column.

Read so are rows that nothing is wrong with and that are enough to make an endpoint. The first other one ends it, and is
read by itself (audience.endpoints.csv_plan): a column ends above its first wrong cell, and the rows where the shortest
column does.
"""

from collections.abc import Sequence
from itertools import takewhile

from audience.endpoints.cell_columns import CellColumns
from audience.endpoints.cells import NAMES
from audience.endpoints.fields import MAX_TEXT, MAX_VALUES
from audience.endpoints.known_values import known_texts
from audience.endpoints.row_plan import RowPlan
from audience.endpoints.rows import MAX_ID_BYTES
from audience.endpoints.text_columns import TextColumns, kind_of
from audience.endpoints.text_rows import TextRow

Column = Sequence[bytes]
_NEEDED = frozenset({"Address", "ChannelType"})
_KEYS = frozenset({"Id", "User.UserId"})


class CsvColumns:
    """The columns of a header: which of them is which field, and what may be in it."""

    def __init__(self, fields: Sequence[str], refused: Sequence[int], delimiter: str) -> None:
        """Work out what is the same for all rows.

        Args:
            fields: of the columns in their order; empty where a column is left out.
            refused: the places of columns of which no row may have a value.
            delimiter: what stands between cells.
        """
        places: dict[str, list[int]] = {}
        for place, field in enumerate(fields):
            if field:
                places.setdefault(field, []).append(place)
        place_of = {field: found[0] for field, found in places.items()}
        lists = {field for field in places if kind_of(field) == "L"}
        # Only attributes may have several columns.
        self.fits = places.keys() >= _NEEDED and all(
            len(found) <= (MAX_VALUES if field in lists else 1) for field, found in places.items()
        )
        self._cells = CellColumns(delimiter, len(fields), [place_of[name] for name in NAMES & places.keys()])
        self._room = RowPlan.of(places, None).room
        self._refused = refused
        self._needed = [place_of[field] for field in _NEEDED & places.keys()]
        self._longest = [(place, MAX_TEXT) for field in lists for place in places[field]]
        self._longest += [(place_of[field], MAX_ID_BYTES) for field in _KEYS & places.keys()]
        checked = ((place, known_texts(field)) for field, place in place_of.items())
        self._checked = [(place, known) for place, known in checked if known is not None]
        self._rows = TextColumns(places)

    def rows(self, records: Sequence[bytes], application_id: str) -> list[TextRow]:
        """Return the rows of records, without their line ends, up to the first that has to be read by itself."""
        columns = self._cells.of(_while_short(records, self._room))
        if not columns:
            return []
        self._check(columns)
        shortest = min(map(len, columns))
        columns = [column[:shortest] for column in columns]
        return self._rows.of(columns, application_id) if shortest else []

    def _check(self, columns: list[Column]) -> None:
        """End the columns above their first wrong cell, and put values in the place of their cells."""
        for place in self._refused:
            if any(columns[place]):
                columns[place] = [*takewhile(_is_empty, columns[place])]
        for place in self._needed:
            if not all(columns[place]):
                columns[place] = [*takewhile(bool, columns[place])]
        for place, longest in self._longest:
            columns[place] = _while_short(columns[place], longest)
        for place, known in self._checked:
            columns[place] = known.of(columns[place])


def _is_empty(cell: bytes) -> bool:
    return not cell


def _while_short(column: Column, longest: int) -> Column:
    """Return cells up to the first one of more bytes."""
    if max(map(len, column), default=0) <= longest:
        return column
    return [*takewhile(lambda cell: len(cell) <= longest, column)]

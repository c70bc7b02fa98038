"""The rows of a CSV header, as long as nothing is wrong with their cells (`audience.endpoints.row_plan`)."""

import csv
from collections.abc import Sequence
from typing import Any

from audience.endpoints.cells import BLANKS, NAMES, BlankEdges, Constants
from audience.endpoints.fields import ATTRIBUTES, MAX_TEXT, MAX_VALUES, USER_ATTRIBUTES
from audience.endpoints.known_values import known_values
from audience.endpoints.row_plan import Columns, RowPlan, getter
from audience.endpoints.rows import Row, RowInvalidError


class PlainCells:
    """The cells of records, where it is plain which blanks belong to them."""

    def __init__(self, delimiter: str) -> None:
        """Keep the delimiter."""
        self._delimiter = delimiter
        self._records: list[str] = []
        # It takes its records from the list: a reader for each of them would cost as much as the cells.
        self._reader = csv.reader(iter(self._records.pop, None), strict=True, delimiter=delimiter)
        self._edges = BlankEdges(delimiter)

    def of(self, record: bytes) -> list[str] | None:
        """Return the cells; None where the record is not UTF-8 or CSV, or blanks may be those of a quoted cell."""
        try:
            text = record.decode()
            if '"' not in text:
                cells = text.split(self._delimiter)
                return [cell.strip(BLANKS) for cell in cells] if self._edges.are_in(text) else cells
            self._records.append(text)
            cells = next(self._reader)
        except (UnicodeDecodeError, csv.Error, IndexError):
            return None
        if self._edges.are_in(text) and any(cell != cell.strip(BLANKS) for cell in cells):
            return None
        return cells


class CsvPlan:
    """The rows of a header's columns: which cell is which field, and what may be in it."""

    def __init__(self, fields: Sequence[str], refused: Sequence[int], constants: Constants | None) -> None:
        """Work out what is the same for all rows.

        Args:
            fields: of the columns in their order; empty where a column is left out.
            refused: the places of columns of which no row may have a value.
            constants: what rows get where they have no value of their own.
        """
        columns: dict[str, list[int]] = {}
        for place, field in enumerate(fields):
            if field:
                columns.setdefault(field, []).append(place)
        lists = {
            field: found
            for field, found in columns.items()
            if field.startswith((ATTRIBUTES, USER_ATTRIBUTES))
        }
        # Only attributes may have several columns. A column of user ids alone may have several on a line.
        self.fits = [*fields] != ["User.UserId"] and all(
            len(found) <= (MAX_VALUES if field in lists else 1) for field, found in columns.items()
        )
        places = {field: found[0] for field, found in columns.items()}
        self._limits = RowPlan.of(places, constants)
        self._columns = len(fields)
        self._refused = tuple(refused)
        self._trimmed = [places[field] for field in sorted(NAMES & places.keys())]
        self._id, self._user = places.pop("Id", -1), places.get("User.UserId", -1)
        found = [(place, known_values(field)) for field, place in places.items()]
        self._checked = [(place, known) for place, known in found if known is not None]
        of_user = {field: place for field, place in places.items() if field.startswith(USER_ATTRIBUTES)}
        own = {field: place for field, place in places.items() if field not in of_user}
        self._lists = [found[0] for found in lists.values() if len(found) == 1]
        self._longer_lists = [found for found in lists.values() if len(found) > 1]
        self._texts = getter([place for found in lists.values() for place in found]) if lists else None
        self._own, self._of_user = Columns(own), Columns(of_user)

    def row(self, cells: list[Any], length: int, application_id: str) -> Row | None:
        """Return the row of a record of `length` bytes; None where something may be wrong with it.

        The cells are not kept as they are.
        """
        if len(cells) != self._columns or any(map(cells.__getitem__, self._refused)):
            return None
        for place in self._trimmed:
            cells[place] = cells[place].strip()
        if self._texts and max(map(len, self._texts(cells))) > MAX_TEXT:
            return None
        endpoint_id = cells[self._id] if self._id >= 0 else ""
        user_id = cells[self._user] if self._user >= 0 else ""
        for places in self._longer_lists:
            cells[places[0]] = [*filter(None, map(cells.__getitem__, places))]
        filled = None if all(cells) else [*map(bool, cells)]
        try:
            for place, known in self._checked:
                if cell := cells[place]:
                    cells[place] = known[cell]
        except RowInvalidError:
            return None
        for place in self._lists:
            cells[place] = [cells[place]]
        fields, user_attributes = self._own.values(cells, filled), self._of_user.values(cells, filled)
        return self._limits.row(length, application_id, endpoint_id, user_id, fields, user_attributes)

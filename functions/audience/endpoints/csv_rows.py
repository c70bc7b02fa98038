"""Rows of a CSV file: RFC 4180 records below a header in dot notation."""

import csv
import re

from audience.endpoints.fields import (
    ATTRIBUTES,
    IGNORED_COLUMNS,
    METRICS,
    NUMBERS,
    TEXTS,
    USER_ATTRIBUTES,
    attribute_name,
    attribute_values,
    number,
    shown,
)
from audience.endpoints.rows import Row, RowInvalidError, Wrong, complete

# A record has at most 1 MiB (audience.sources.records). The csv module's own limit for a field, 128 KiB,
# would report a larger one as bad CSV.
csv.field_size_limit(1 << 20)
# A field of a record that the csv module has accepted, with the delimiter or the record's end after it.
_FIELD = re.compile(r'("(?:[^"]+|"")*"|[^,]*)(?:,|$)')
_BLANKS = " \t\r"
NAMES = frozenset({"Id", "Address", "User.UserId"})  # no blank belongs to them, quoted or not


def cells_of(record: bytes) -> list[str]:
    """Return the cells of one record, which comes without its line end.

    Raises:
        RowInvalidError: it is not UTF-8, or its quoting is broken.
    """
    try:
        text = record.decode()
    except UnicodeDecodeError as error:
        raise RowInvalidError("", f"not UTF-8 at byte {error.start + 1} of the row") from None
    if '"' not in text:
        return text.split(",")
    try:
        return next(csv.reader([text], strict=True))
    except csv.Error as error:
        raise RowInvalidError("", f"not CSV: {error}") from None


def trimmed_cells_of(record: bytes) -> list[str]:
    """Return the cells of one record without the blanks around them; those within quotes are kept.

    Raises:
        RowInvalidError: as for `cells_of`.
    """
    cells = cells_of(record)
    if b'"' not in record:
        return [cell.strip(_BLANKS) for cell in cells]
    quoted = (field[1].startswith('"') for field in _FIELD.finditer(record.decode()))
    return [cell if keeps else cell.strip(_BLANKS) for cell, keeps in zip(cells, quoted, strict=False)]


class CsvHeader:
    """The columns of a file in their order, which read the rows below them."""

    def __init__(self, record: bytes) -> None:
        """Read the columns from the file's first record.

        Cells are trimmed: AWS's own example has a leading space.

        Raises:
            RowInvalidError: the record is not CSV, or is a whole file whose lines end in CR alone.
        """
        if b"\r" in record.strip() and b"\n" not in record:
            raise RowInvalidError("", "there is a carriage return in it: lines must end in LF or CRLF")
        self.columns = [cell.strip() for cell in cells_of(record)]
        self.known = any(_is_field(column) for column in self.columns)
        self._only_users = self.columns == ["User.UserId"]

    def rows(self, record: bytes, application_id: str) -> list[Row]:
        """Return the rows of one record: one, or one for each id of a line in a file of user ids.

        Raises:
            RowInvalidError: the record cannot go in, as a whole.
        """
        cells = trimmed_cells_of(record)
        if self._only_users and len(cells) == 1 and b'"' not in record:
            return [self._row([user], application_id) for user in cells[0].split()]
        return [self._row(cells, application_id)]

    def _row(self, cells: list[str], application_id: str) -> Row:
        if len(cells) != len(self.columns):
            reason = f"has {len(cells)} columns where the header has {len(self.columns)}"
            raise RowInvalidError("", reason)
        row = Row()
        wrong: list[Wrong] = []
        for column, cell in zip(self.columns, cells, strict=True):
            if given := cell.strip() if column in NAMES else cell:
                try:
                    _set(row, column, given)
                except RowInvalidError as error:
                    wrong += error.reasons
        for name, value in (*row.fields.items(), *row.user_attributes.items()):
            if isinstance(value, list):
                try:
                    attribute_values(name, value)
                except RowInvalidError as error:
                    wrong += error.reasons
        return complete(row, application_id, wrong)


def _set(row: Row, column: str, cell: str) -> None:
    """Set one cell of the row; a repeated attribute column adds a value."""
    if column.startswith(ATTRIBUTES):
        name = attribute_name(ATTRIBUTES, column[len(ATTRIBUTES) :])
        row.fields.setdefault(name, []).append(cell)  # type: ignore[union-attr]
        return
    if column.startswith(USER_ATTRIBUTES):
        name = attribute_name(USER_ATTRIBUTES, column[len(USER_ATTRIBUTES) :])
        row.user_attributes.setdefault(name, []).append(cell)
        return
    if column in IGNORED_COLUMNS:
        return
    if column in row.fields or (column == "Id" and row.endpoint_id):
        raise RowInvalidError(column, "the column is there twice; only attributes may have several values")
    if column == "Id":
        row.endpoint_id = cell
    elif column in TEXTS:
        row.fields[column] = TEXTS[column](column, cell)
        if column == "User.UserId":
            row.user_id = str(row.fields[column])
    elif column in NUMBERS:
        row.fields[column] = NUMBERS[column](column, cell)
    elif column.startswith(METRICS):
        row.fields[attribute_name(METRICS, column[len(METRICS) :])] = number(column, cell)
    else:
        raise RowInvalidError(column, f"{shown(column)} is not a column of an endpoint")


def _is_field(column: str) -> bool:
    prefixes = (ATTRIBUTES, USER_ATTRIBUTES, METRICS)
    return column == "Id" or column in TEXTS or column in NUMBERS or column.startswith(prefixes)

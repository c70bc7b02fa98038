"""Rows of a CSV file: RFC 4180 records below a header in dot notation."""

import csv
import io
import re
from collections.abc import Sequence
from functools import cache

from audience.endpoints.cells import BLANKS, Constants, Setter, setter_of, unknown_setter
from audience.endpoints.columns import ColumnRules
from audience.endpoints.csv_columns import CsvColumns
from audience.endpoints.csv_plan import CsvPlan, PlainCells
from audience.endpoints.fields import (
    ATTRIBUTES,
    IGNORED_COLUMNS,
    USER_ATTRIBUTES,
    attribute_values,
    is_name,
    shown,
)
from audience.endpoints.near_columns import near_field, near_words
from audience.endpoints.rows import Row, RowInvalidError, Wrong, complete

# A record has at most 1 MiB (audience.sources.records). The csv module's own limit for a field, 128 KiB,
# would report a larger one as bad CSV.
csv.field_size_limit(1 << 20)
PLAIN = ColumnRules()


@cache
def _field(delimiter: str) -> re.Pattern[str]:
    """Return a field of a record that the csv module has accepted, with the delimiter or the record's end after it."""
    other = re.escape(delimiter)
    return re.compile(rf'("(?:[^"]+|"")*"|[^{other}]*)(?:{other}|$)')


def cells_of(record: bytes, delimiter: str = ",") -> list[str]:
    """Return the cells of one record, which comes without its line end.

    Raises:
        RowInvalidError: it is not UTF-8, or its quoting is broken.
    """
    try:
        text = record.decode()
    except UnicodeDecodeError as error:
        raise RowInvalidError("", f"not UTF-8 at byte {error.start + 1} of the row") from None
    if '"' not in text:
        return text.split(delimiter)
    try:
        return next(csv.reader([text], strict=True, delimiter=delimiter))
    except csv.Error as error:
        raise RowInvalidError("", f"not CSV: {error}") from None


def trimmed_cells_of(record: bytes, delimiter: str = ",") -> list[str]:
    """Return the cells of one record without the blanks around them; those within quotes are kept.

    Raises:
        RowInvalidError: as for `cells_of`.
    """
    cells = cells_of(record, delimiter)
    if b'"' not in record:
        return [cell.strip(BLANKS) for cell in cells]
    quoted = (field[1].startswith('"') for field in _field(delimiter).finditer(record.decode()))
    return [cell if keeps else cell.strip(BLANKS) for cell, keeps in zip(cells, quoted, strict=False)]


def header_of(names: Sequence[str], delimiter: str) -> bytes:
    """Return a header record of these columns."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="").writerow(names)
    return text.getvalue().encode()


class CsvHeader:
    """The columns of a file in their order, which read the rows below them."""

    def __init__(self, record: bytes, rules: ColumnRules = PLAIN, delimiter: str = ",") -> None:
        """Read the columns from the file's header record, and keep what each of them sets.

        Cells are trimmed: AWS's own example has a leading space.

        Raises:
            RowInvalidError: the record is not CSV, or is a whole file whose lines end in CR alone.
        """
        if b"\r" in record.strip() and b"\n" not in record:
            raise RowInvalidError("", "there is a carriage return in it: lines must end in LF or CRLF")
        self._delimiter = delimiter
        self.columns = [cell.strip() for cell in cells_of(record, delimiter)]
        fields = [
            rules.field_of(column) or (column if column in IGNORED_COLUMNS else "") for column in self.columns
        ]
        self.known = any(field and field not in IGNORED_COLUMNS for field in fields)
        self._only_users = fields == ["User.UserId"]
        self._constants = Constants(rules.constants) if rules.constants else None
        self._lists = sorted({field for field in fields if field.startswith((ATTRIBUTES, USER_ATTRIBUTES))})
        self.ignored: list[str] = []
        self.wrong: list[
            Wrong
        ] = []  # columns that are probably meant to be others: no row with a value there goes in
        self._setters: list[tuple[int, Setter]] = []
        self._refused: list[int] = []
        present = {*fields, *rules.constants}
        for place, (column, field) in enumerate(zip(self.columns, fields, strict=True)):
            if field and field not in IGNORED_COLUMNS:
                self._setters.append((place, setter_of(field, column)))
                if not is_name(field):
                    self._refused.append(place)
            elif not field and column not in rules.columns:
                self._add_unknown(place, column, present, rules)
        self._cells = PlainCells(delimiter)
        known = ["" if field in IGNORED_COLUMNS else field for field in fields]
        self._plan = CsvPlan(known, self._refused, self._constants)
        self._together = CsvColumns(known, self._refused, delimiter) if not self._constants else None

    def _add_unknown(self, place: int, column: str, present: set[str], rules: ColumnRules) -> None:
        if meant := near_field(column, present):
            self.wrong += RowInvalidError(column, near_words(column, meant)).reasons
            self._refused.append(place)
            self._setters.append((place, unknown_setter(column, near_words(column, meant))))
        elif rules.fail_unknown:
            reason = f"{shown(column)} is not a column of an endpoint"
            self._refused.append(place)
            self._setters.append((place, unknown_setter(column, reason)))
        else:
            self.ignored.append(column or f"column {place + 1}, which has no name")

    def rows(self, record: bytes, application_id: str) -> list[Row]:
        """Return the rows of one record: one, or one for each id of a line in a file of user ids.

        Raises:
            RowInvalidError: the record cannot go in, as a whole.
        """
        if self._plan.fits and (plain := self._cells.of(record)) is not None:
            row = self._plan.row(plain, len(record), application_id)
            if row is not None:
                return [row]
        cells = trimmed_cells_of(record, self._delimiter)
        if self._only_users and len(cells) == 1 and b'"' not in record:
            return [self._row([user], application_id) for user in cells[0].split()]
        return [self._row(cells, application_id)]

    def rows_together(self, records: Sequence[bytes], application_id: str) -> Sequence[Row]:
        """Return the rows of records, one each, up to the first that has to be read by itself."""
        if self._together is None or not self._together.fits or not records:
            return []
        return self._together.rows(records, application_id)

    def _row(self, cells: list[str], application_id: str) -> Row:
        if len(cells) != len(self.columns):
            reason = f"has {len(cells)} columns where the header has {len(self.columns)}"
            raise RowInvalidError("", reason)
        row = Row()
        wrong: list[Wrong] = []
        for place, put in self._setters:
            if cell := cells[place]:
                try:
                    put(row, cell)
                except RowInvalidError as error:
                    wrong += error.reasons
        for name in self._lists:
            try:
                attribute_values(name, row.user_attributes.get(name) or row.fields.get(name) or [])  # type: ignore[arg-type]
            except RowInvalidError as error:
                wrong += error.reasons
        if self._constants:
            self._constants.fill(row)
        return complete(row, application_id, wrong)

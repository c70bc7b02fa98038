"""Cells of columns: what each of them sets in a row."""

from collections.abc import Callable, Mapping

from audience.endpoints.fields import (
    ATTRIBUTES,
    METRICS,
    NUMBERS,
    TEXTS,
    USER_ATTRIBUTES,
    attribute_name,
    attribute_values,
    number,
)
from audience.endpoints.rows import Row, RowInvalidError, Wrong, size_of

# Sets a cell, which is not empty, in a row; raises RowInvalidError where it may not have that value.
Setter = Callable[[Row, str], None]
_CHECKS: dict[str, Callable[[str, str], str | float]] = {**TEXTS, **NUMBERS, "Id": lambda _, cell: cell}
BLANKS = " \t\r"  # around a cell without quotes they are no part of it
NAMES = frozenset({"Id", "Address", "User.UserId"})  # no blank belongs to them, quoted or not


def setter_of(field: str, column: str) -> Setter:
    """Return what sets the cells of a column of a known field; a repeated attribute column adds a value.

    `column` is the column's own name, by which wrong cells are told.
    """
    for prefix in (ATTRIBUTES, USER_ATTRIBUTES, METRICS):
        if field.startswith(prefix):
            return _custom_setter(prefix, field, column)
    check = _CHECKS[field]
    trims = field in NAMES

    def put(row: Row, cell: str) -> None:
        if trims and not (cell := cell.strip()):
            return
        if field in row.fields or (field == "Id" and row.endpoint_id):
            raise RowInvalidError(
                column, "the column is there twice; only attributes may have several values"
            )
        value = check(column, cell)
        if field == "Id":
            row.endpoint_id = str(value)
            return
        row.fields[field] = value
        if field == "User.UserId":
            row.user_id = str(value)

    return put


def _custom_setter(prefix: str, field: str, column: str) -> Setter:
    try:
        attribute_name(prefix, field[len(prefix) :])
    except RowInvalidError as error:
        return _refusal(error.reasons[0])
    if prefix == ATTRIBUTES:
        return lambda row, cell: row.fields.setdefault(field, []).append(cell)  # type: ignore[union-attr]
    if prefix == USER_ATTRIBUTES:
        return lambda row, cell: row.user_attributes.setdefault(field, []).append(cell)

    def measure(row: Row, cell: str) -> None:
        if field in row.fields:
            raise RowInvalidError(
                column, "the column is there twice; only attributes may have several values"
            )
        row.fields[field] = number(column, cell)

    return measure


def unknown_setter(column: str, reason: str) -> Setter:
    """Return what refuses the cells of a column that is not of an endpoint."""
    return _refusal(RowInvalidError(column, reason).reasons[0])


def _refusal(wrong: Wrong) -> Setter:
    def refuse(_row: Row, _cell: str) -> None:
        raise RowInvalidError(*wrong)

    return refuse


class BlankEdges:
    """Whether texts have cells without quotes that begin or end with a blank."""

    def __init__(self, delimiter: str) -> None:
        """Keep the blanks, beside what stands between cells; a delimiter is none."""
        self._blanks = [
            (blank, blank + delimiter, delimiter + blank) for blank in BLANKS if blank != delimiter
        ]

    def are_in(self, text: str) -> bool:
        """Return whether a cell of the text, which is not empty, may begin or end with a blank."""
        for blank, before, after in self._blanks:
            if blank in text and (before in text or after in text or text[0] == blank or text[-1] == blank):
                return True
        return False


class Constants:
    """Values that each row gets where it has none of its own."""

    def __init__(self, constants: Mapping[str, str]) -> None:
        """Read the values by field, as cells.

        Raises:
            RowInvalidError: a field may not have such a value.
        """
        self._row = Row()
        for field, cell in constants.items():
            setter_of(field, field)(self._row, cell)
        for name, value in (*self._row.fields.items(), *self._row.user_attributes.items()):
            if isinstance(value, list):
                attribute_values(name, value)
        self.size = size_of(self._row)  # bytes

    def fill(self, row: Row) -> None:
        """Set the values that a row does not have."""
        row.fields = {**self._row.fields, **row.fields}
        row.user_attributes = {**self._row.user_attributes, **row.user_attributes}
        row.user_id = row.user_id or self._row.user_id

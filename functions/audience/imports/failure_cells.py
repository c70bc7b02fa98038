"""Failed rows in columns: what the lines of failure files are in a table."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import orjson

from audience.endpoints.cells import NAMES
from audience.endpoints.csv_rows import PLAIN, cells_of, trimmed_cells_of
from audience.endpoints.fields import LINE, OBJECT, REASONS, ROW
from audience.endpoints.json_members import JsonMembers
from audience.endpoints.rows import RowInvalidError
from audience.exact_numbers import loads, text_of
from audience.imports.failure_file_reader import FailureFileReader, Original
from audience.jobs.failure_file import reasons_text

_OF_THE_TABLE = frozenset({OBJECT, LINE, REASONS})
_LISTS = frozenset({"Attributes", "User.UserAttributes"})
_NESTED = frozenset({"Location", "Demographic", "User", "Metrics", *_LISTS})


class Column(NamedTuple):
    """A column of the table; `number` counts those of one name, from 0: they hold an attribute's several values."""

    name: str
    number: int


WHOLE = Column(ROW, 0)


class FailedRow(NamedTuple):
    """A failed row: where it is, why it failed, and its cells in its columns."""

    place: str
    line: int
    reasons: str
    columns: tuple[Column, ...]
    cells: list[str]
    whole: str  # its text


class _NoCellsError(Exception):
    """A row cannot be told in columns, so that reading them would give the same row."""


def failed_rows(lines: Iterable[bytes]) -> Iterator[FailedRow]:
    """Yield the rows of one failure file of a piece, in order.

    A row that cannot be told in columns is a whole in the column `Row`: it is not UTF-8, not CSV or JSON, has another
    number of cells than its header, or holds what only JSON can say (an empty list, say). A line of several user ids is
    a row for each. An empty text of a JSON row is an empty cell, which says nothing of its field.
    """
    reader, headers = FailureFileReader(PLAIN, JsonMembers(PLAIN)), _Headers()
    for line in lines:
        entry = orjson.loads(line)
        whole = str(entry["Row"])
        try:
            original = reader.original(line) or Original(b"", whole.encode())
        except RowInvalidError:
            original = Original(b"", whole.encode())
        for columns, cells in headers.rows(original, whole):
            yield FailedRow(entry["Object"], entry["Line"], reasons_text(entry), columns, cells, whole)


class _Headers:
    """The header of the rows that were last read, with its columns."""

    def __init__(self) -> None:
        self._header: tuple[bytes, str] = b"", ""  # with the delimiter of its cells
        self._names: list[str] = []
        self._kept: list[int] = []  # the cells that the table does not have anew
        self._columns: tuple[Column, ...] = ()

    def rows(self, original: Original, whole: str) -> list[tuple[tuple[Column, ...], list[str]]]:
        """Return columns and cells of a row; `whole` is its text."""
        if not original.header:
            return [_of_json(original.row, whole)]
        if (original.header, original.delimiter) != self._header:
            self._read(original.header, original.delimiter)
        try:
            cells = trimmed_cells_of(original.row, original.delimiter)
        except RowInvalidError:
            cells = []
        if not self._columns or len(cells) != len(self._names):
            others = [column for column in self._columns if column != WHOLE]
            return [((*others, WHOLE), [*[""] * len(others), whole])]
        if self._names == ["User.UserId"] and '"' not in whole:
            return [(self._columns, [user_id]) for user_id in cells[0].split()]
        return [(self._columns, [cells[number] for number in self._kept])]

    def _read(self, header: bytes, delimiter: str) -> None:
        self._header, self._names, self._kept, self._columns = (header, delimiter), [], [], ()
        try:
            names = [cell.strip() for cell in cells_of(header, delimiter)]
        except RowInvalidError:
            return
        # Bytes that are not UTF-8 came as U+FFFD: the columns' names are not known.
        if "\ufffd" not in header.decode() and not any(map(_has_controls, names)):
            self._names = names
            self._kept = [number for number, name in enumerate(names) if name not in _OF_THE_TABLE]
            self._columns = _numbered(names[number] for number in self._kept)


def _of_json(row: bytes, whole: str) -> tuple[tuple[Column, ...], list[str]]:
    try:
        found = list(_cells(loads(row)))
    except (orjson.JSONDecodeError, _NoCellsError):
        return (WHOLE,), [whole]
    return _numbered(name for name, _ in found), [cell for _, cell in found]


def _cells(members: Any, prefix: str = "", *, lists: bool = False) -> Iterator[tuple[str, str]]:
    """Yield an endpoint's members as columns, in dot notation, with their cells; `lists`: values may be lists."""
    if not isinstance(members, dict):
        raise _NoCellsError
    for member, value in members.items():
        name = f"{prefix}{member}"
        if value is None:
            continue
        if name in _NESTED:
            yield from _cells(value, f"{name}.", lists=name in _LISTS)
            continue
        if lists and value == []:  # removes the attribute, which no cell can say
            raise _NoCellsError
        for item in value if lists and isinstance(value, list) else [value]:
            if item is not None:
                yield name, _cell(name, item, lists)


def _cell(name: str, value: Any, of_attribute: bool) -> str:
    text = text_of(value)
    stripped = name.strip() != name or (name in NAMES and isinstance(text, str) and text.strip() != text)
    if not isinstance(text, str) or stripped or _has_controls(name) or (of_attribute and not text):
        raise _NoCellsError
    if not name or name == ROW or name in _OF_THE_TABLE:
        raise _NoCellsError
    return text


def _has_controls(name: str) -> bool:
    return any(character < " " for character in name)


def _numbered(names: Iterable[str]) -> tuple[Column, ...]:
    seen: Counter[str] = Counter()
    columns = []
    for name in names:
        columns.append(Column(name, seen[name]))
        seen[name] += 1
    return tuple(columns)

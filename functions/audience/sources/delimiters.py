"""The delimiter of a CSV file: what its job says, what its first line says, or what its header shows."""

import re
from collections.abc import Iterator
from itertools import islice

from audience.endpoints.columns import DELIMITERS, ColumnRules, is_delimiter
from audience.endpoints.csv_rows import cells_of
from audience.endpoints.rows import RowInvalidError
from audience.sources.look_ahead import LookAhead
from audience.sources.records import BLANK, BOM, Record, records

# Enough of a header to show its delimiter.
_HEAD = 1 << 16
# Of a file without a header, so many rows show it: a bad one among them may show another.
_ROWS = 20
# How Excel writes which delimiter it used, as the first line.
_SEPARATOR_LINE = re.compile(rb'"?sep=([^"\r\n])"?[\r\n]*', re.IGNORECASE)


def delimiter_of(chunks: Iterator[bytes], rules: ColumnRules) -> tuple[str, Iterator[bytes]]:
    """Return the delimiter of a file, and its text again, of which the beginning was read."""
    if rules.delimiter:
        return rules.delimiter, chunks
    text = LookAhead(chunks)
    head = _beginning(text)
    named = next((_separator(record.content) for record in records(iter([head]), csv=False)), "")
    return named or max(DELIMITERS, key=lambda delimiter: _fit(head, rules, delimiter)), text.items()


def is_separator_line(record: Record) -> bool:
    """Return whether a record is the line that names the delimiter (`sep=;`), and no header or row."""
    return record.line == 1 and bool(_separator(record.content))


def _separator(content: bytes) -> str:
    found = _SEPARATOR_LINE.fullmatch(content)
    name = found[1].decode("ascii", "ignore") if found else ""
    return name if is_delimiter(name) else ""


def _fit(head: bytes, rules: ColumnRules, delimiter: str) -> int:
    """Return how well a delimiter fits: the known columns it makes, or the first rows of as many as were given."""
    found = records(iter([head]), csv=True, delimiter=delimiter)
    filled = (record for record in found if not (record.blank or is_separator_line(record)))
    if not rules.header:
        cells = _cells(next(filled, None), delimiter)
        return sum(bool(cell in rules.columns or rules.field_of(cell)) for cell in cells)
    return sum(len(_cells(record, delimiter)) == len(rules.header) for record in islice(filled, _ROWS))


def _cells(record: Record | None, delimiter: str) -> list[str]:
    """Return the cells of a record; none where it is not CSV with this delimiter."""
    if record is None or record.problem:
        return []
    try:
        return [cell.strip() for cell in cells_of(record.content, delimiter)]
    except RowInvalidError:
        return []


def _beginning(text: LookAhead[bytes]) -> bytes:
    """Return the text up to some way into the first record."""
    read: list[bytes] = []
    begun = size = 0
    for chunk in text.ahead():
        read.append(chunk)
        size += len(chunk)
        begun += len(chunk) if begun or chunk.strip(BLANK + BOM) else 0
        if begun >= _HEAD or size >= 2 << 20:
            break
    return b"".join(read)

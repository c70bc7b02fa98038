"""The columns of CSV records: their cells as they stand in JSON, between its quotes.

In most files hardly a cell looks different there. Where none of many records has one, they are split as bytes.
"""

import csv
from collections.abc import Iterator, Sequence
from typing import TypeVar

import orjson

from audience.endpoints.cells import BLANKS, BlankEdges

_BLANKS = BLANKS.encode()
T = TypeVar("T", str, bytes)
# If orjson indents, it begins a line for each value, and a text never has a line break in JSON.
_BETWEEN_LINES = b'",\n  "'


def json_column(texts: Sequence[str]) -> list[bytes]:
    """Return texts as they stand in JSON, between its quotes."""
    lines = orjson.dumps(texts, option=orjson.OPT_INDENT_2)
    return lines[len('[\n  "') : -len('"\n]')].split(_BETWEEN_LINES) if texts else []


def texts_of(column: Sequence[bytes]) -> list[str]:
    """Return the texts of a column of `json_column`."""
    texts: list[str] = orjson.loads(b'["%b"]' % b'","'.join(column)) if column else []
    return texts


class CellColumns:
    """The columns of records that have so many cells each, without the blanks around cells."""

    def __init__(self, delimiter: str, cells: int, trimmed: Sequence[int]) -> None:
        """Keep the delimiter, how many cells there are, and the places of those that never end in any white space."""
        self._delimiter = delimiter
        self._byte = delimiter.encode()
        self._cells = cells
        self._trimmed = trimmed
        self._edges = BlankEdges(delimiter)

    def of(self, records: Sequence[bytes]) -> list[Sequence[bytes]]:
        """Return the columns, which end above the first record that has to be read by itself."""
        joined = self._byte.join(records)
        try:
            text = joined.decode()
        except UnicodeDecodeError:
            return self._of_texts([*_decoded(records)])
        if b'"' in joined or not self._is_its_json(text, joined):
            return self._of_texts([record.decode() for record in records])
        rows = [record.split(self._byte) for record in records]
        if self._edges.are_in(text):
            rows = [[cell.strip(_BLANKS) for cell in row] for row in rows]
        columns: list[Sequence[bytes]] = [*zip(*self._whole(rows), strict=True)]
        for place in self._trimmed if columns else ():
            columns[place] = _trimmed(columns[place])
        return columns

    def _is_its_json(self, text: str, joined: bytes) -> bool:
        """Return whether nothing but tabs between cells is longer in JSON."""
        tabs = joined.count(b"\t") if self._delimiter == "\t" else 0
        return len(orjson.dumps(text)) == len('""') + len(joined) + tabs

    def _of_texts(self, records: Sequence[str]) -> list[Sequence[bytes]]:
        columns: list[Sequence[str]] = [*zip(*self._whole([*self._rows(records)]), strict=True)]
        for place in self._trimmed if columns else ():
            columns[place] = [cell.strip() for cell in columns[place]]
        return [json_column(column) for column in columns]

    def _rows(self, records: Sequence[str]) -> Iterator[list[str]]:
        """Yield the cells of records, up to one that is not CSV or whose blanks may be those of a quoted cell."""
        reader = csv.reader(records, strict=True, delimiter=self._delimiter)
        try:
            for number, (record, cells) in enumerate(zip(records, reader, strict=False), 1):
                if reader.line_num != number:  # it reads on in the next record for the end of a quote
                    return
                if self._edges.are_in(record):
                    trimmed = [cell.strip(BLANKS) for cell in cells]
                    if '"' in record and trimmed != cells:
                        return
                    yield trimmed
                else:
                    yield cells
        except csv.Error:
            return

    def _whole(self, rows: list[list[T]]) -> list[list[T]]:
        """Return the rows above the first that has more or fewer cells."""
        wrong = next((place for place, row in enumerate(rows) if len(row) != self._cells), None)
        return rows[:wrong]


def _decoded(records: Sequence[bytes]) -> Iterator[str]:
    """Yield the texts of records up to one that is not UTF-8."""
    try:
        for record in records:
            yield record.decode()
    except UnicodeDecodeError:
        return


def _trimmed(column: Sequence[bytes]) -> Sequence[bytes]:
    """Return cells without white space around them; without control characters, bytes and str agree about ASCII's."""
    if b"".join(column).isascii():
        return [*map(bytes.strip, column)]
    return [cell.decode().strip().encode() for cell in column]

"""Reading of failure files that are imported again: the row of each line, and its CSV header."""

import base64
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import orjson

from audience.endpoints.columns import ColumnRules, is_delimiter
from audience.endpoints.csv_rows import CsvHeader
from audience.endpoints.json_members import JsonMembers
from audience.endpoints.json_rows import row_of_record
from audience.endpoints.rows import Row, RowInvalidError

# How far above a line its header is searched. A header is repeated after each MiB of lines (audience.imports.failures),
# in a line of 1 MiB at most; corrected rows may have become longer.
LOOK_BACK = 4 << 20
# Bytes of large headers that are remembered; in a file with more of them, a line may name one that is forgotten.
MAX_HEADER_BYTES = 4 << 20


class Original(NamedTuple):
    """A row as it was in its file, perhaps corrected; `header` is empty if it is JSON."""

    header: bytes
    row: bytes
    delimiter: str = ","


class FailureFileReader:
    """A reader of failure files' lines, which remembers the headers that later lines refer to."""

    def __init__(self, rules: ColumnRules, members: JsonMembers) -> None:
        """Keep what the job says of columns, and what the members of its JSON are; no header yet."""
        self._rules = rules
        self._members = members
        self._headers: dict[str, bytes] = {}
        self._size = 0
        self._above: Callable[[], Iterator[bytes]] | None = None
        self._parsed: tuple[bytes, str, CsvHeader] | None = None

    def begin(self, above: Callable[[], Iterator[bytes]] | None) -> None:
        """Begin at another position; `above` returns the lines before it, and is called at most once."""
        self._above = above

    def rows(self, original: Original, application_id: str) -> list[Row]:
        """Return the rows of an original.

        Raises:
            RowInvalidError: it cannot go in.
        """
        if not original.header:
            return [row_of_record(original.row, application_id, self._members)]
        if self._parsed is None or self._parsed[:2] != (original.header, original.delimiter):
            header = CsvHeader(original.header, self._rules, original.delimiter)
            self._parsed = original.header, original.delimiter, header
            for name in header.ignored:
                self._members.ignored.add(name)
        return self._parsed[2].rows(original.row, application_id)

    def original(self, content: bytes) -> Original | None:
        """Return the row of a line with its header, or None if it is no line of a failure file.

        The text in `Row` is the row, so that it is enough to correct it. If it still has characters that could not be
        decoded, the bytes in `RowBase64` are the row.

        Raises:
            RowInvalidError: the bytes are needed and are not Base64, or the header that the line names is missing.
        """
        entry = _entry(content)
        if entry is None:
            return None
        row = str(entry["Row"]).encode()
        header = self._header(entry)
        if "RowBase64" in entry and "\ufffd" in str(entry["Row"]):
            try:
                row = base64.b64decode(entry["RowBase64"], validate=True)
            except (ValueError, TypeError):
                raise RowInvalidError("RowBase64", "is not Base64") from None
        delimiter = str(entry.get("Delimiter") or ",")
        if not is_delimiter(delimiter):
            raise RowInvalidError("Delimiter", f"{delimiter!r:.100} is not one character")
        return Original(header, row, delimiter)

    def _header(self, entry: dict[str, Any]) -> bytes:
        header, name = str(entry.get("Header") or "").encode(), str(entry.get("HeaderId") or "")
        if not name:
            return header
        if header:
            return self._remember(name, header)
        if name not in self._headers:
            self._read_above()
        known = self._headers.get(name)
        if known is None:
            raise RowInvalidError("HeaderId", "there is no line above that has this id and the Header itself")
        return known

    def _remember(self, name: str, header: bytes) -> bytes:
        """Remember a header as the newest, and return the one object that all its rows share."""
        known = self._headers.pop(name, b"")
        self._size += len(header) - len(known)
        self._headers[name] = header = known if known == header else header
        while self._size > MAX_HEADER_BYTES and len(self._headers) > 1:
            oldest = next(iter(self._headers))
            self._size -= len(self._headers.pop(oldest))
        return header

    def _read_above(self) -> None:
        above, self._above = self._above, None
        for line in above() if above else ():
            entry = _entry(line)
            if entry is not None and "HeaderId" in entry and "Header" in entry:
                self._remember(str(entry["HeaderId"]), str(entry["Header"]).encode())


def _entry(content: bytes) -> dict[str, Any] | None:
    """Return a line of a failure file as a dict, or None for any other line."""
    if b'"Reason"' not in content:
        return None
    try:
        entry = orjson.loads(content)
    except orjson.JSONDecodeError:
        return None
    if not isinstance(entry, dict) or not {"Object", "Line", "Reason", "Row"} <= entry.keys():
        return None
    return entry

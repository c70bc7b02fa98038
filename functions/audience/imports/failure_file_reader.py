"""Lines of a failure file that is imported again: the row each is about, and its CSV header."""

import base64
from collections.abc import Callable, Iterator
from threading import Lock
from typing import Any, NamedTuple

import orjson

from audience.endpoints.csv_rows import CsvHeader
from audience.endpoints.json_rows import row_of_record
from audience.endpoints.rows import Row, RowInvalidError

# A header is repeated after each MiB of lines (audience.imports.failures), in a line of 1 MiB at most; mended rows may
# have grown.
LOOK_BACK = 4 << 20
# Large headers that are remembered: a file of more than so many bytes of them may name one that is forgotten.
MAX_HEADERS = 4 << 20


class Original(NamedTuple):
    """A row as it was in its file, maybe mended; `header` is empty where it is JSON."""

    header: bytes
    row: bytes


class FailureFileReader:
    """Reads lines of failure files in their order, and remembers the headers that lines below refer to."""

    def __init__(self) -> None:
        """Begin without any header."""
        self._lock = Lock()  # a row that is refused later is asked about by the thread that wrote it
        self._headers: dict[str, bytes] = {}
        self._size = 0
        self._above: Callable[[], Iterator[bytes]] | None = None
        self._parsed: tuple[bytes, CsvHeader] | None = None

    def begin(self, above: Callable[[], Iterator[bytes]] | None) -> None:
        """Begin reading at another place; `above` gives the lines before it, and is asked at most once."""
        self._above = above

    def rows(self, original: Original, application_id: str) -> list[Row]:
        """Return the rows that an original stands for.

        Raises:
            RowInvalidError: it cannot go in.
        """
        if not original.header:
            return [row_of_record(original.row, application_id)]
        if self._parsed is None or self._parsed[0] != original.header:
            self._parsed = original.header, CsvHeader(original.header)
        return self._parsed[1].rows(original.row, application_id)

    def original(self, content: bytes) -> Original | None:
        """Return what a line is about, or None if it is no line of a failure file.

        The text of `Row` counts, so that mending it is enough; where that still is the unreadable one, so do the bytes.

        Raises:
            RowInvalidError: the bytes are to count, and are not Base64; or the header that it names is not there.
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
        return Original(header, row)

    def _header(self, entry: dict[str, Any]) -> bytes:
        header, name = str(entry.get("Header") or "").encode(), str(entry.get("HeaderId") or "")
        if not name:
            return header
        with self._lock:
            if header:
                return self._remember(name, header)
            if name not in self._headers:
                self._look_above()
            known = self._headers.get(name)
        if known is None:
            raise RowInvalidError("HeaderId", "there is no line above that has this id and the Header itself")
        return known

    def _remember(self, name: str, header: bytes) -> bytes:
        """Keep a header as the newest, and return the one object that all its rows share."""
        known = self._headers.pop(name, b"")
        self._size += len(header) - len(known)
        self._headers[name] = header = known if known == header else header
        while self._size > MAX_HEADERS and len(self._headers) > 1:
            oldest = next(iter(self._headers))
            self._size -= len(self._headers.pop(oldest))
        return header

    def _look_above(self) -> None:
        above, self._above = self._above, None
        for line in above() if above else ():
            entry = _entry(line)
            if entry is not None and "HeaderId" in entry and "Header" in entry:
                self._remember(str(entry["HeaderId"]), str(entry["Header"]).encode())


def _entry(content: bytes) -> dict[str, Any] | None:
    """Return a line of a failure file as it is, or None for any other line."""
    if b'"Reason"' not in content:
        return None
    try:
        entry = orjson.loads(content)
    except orjson.JSONDecodeError:
        return None
    if not isinstance(entry, dict) or not {"Object", "Line", "Reason", "Row"} <= entry.keys():
        return None
    return entry

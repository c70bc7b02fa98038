"""Bad rows: each is a line of JSON in the failure file, which can be corrected and imported again."""

import base64
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import orjson

from audience.endpoints.rows import Wrong

# Bytes: headers up to this size are repeated in each line, which can then be taken out of the file by itself.
SMALL_HEADER = 1 << 10
# A large header is repeated after so many bytes of lines; audience.imports.failure_file_reader looks farther back.
HEADER_EVERY = 1 << 20


@dataclass(frozen=True, slots=True)
class Failure:
    """A row that did not go in: where it is, what is wrong, and the row with its CSV header."""

    place: str  # s3://bucket/key
    line: int
    reasons: tuple[Wrong, ...]
    row: bytes
    header: bytes = b""
    delimiter: str = ","

    @property
    def field(self) -> str:
        """Return the first wrong field."""
        return self.reasons[0].field

    @property
    def reason(self) -> str:
        """Return the first reason."""
        return self.reasons[0].reason

    def line_of_json(self, header: Mapping[str, str]) -> bytes:
        """Return the failure as a line of the failure file, with the row in Base64 too if it is not UTF-8.

        `header` has the line's members for its CSV header: `Header`, `HeaderId`, both or none.
        """
        entry: dict[str, Any] = {
            "Object": self.place,
            "Line": self.line,
            "Field": self.field,
            "Reason": self.reason,
            "Reasons": [{"Field": field, "Reason": reason} for field, reason in self.reasons],
            **header,
            "Row": self.row.decode(errors="replace"),
        }
        if self.delimiter != ",":
            entry["Delimiter"] = self.delimiter
        if entry["Row"].encode() != self.row:
            entry["RowBase64"] = base64.b64encode(self.row).decode()
        return orjson.dumps(entry)


def failure_lines(failures: Iterable[Failure]) -> Iterator[bytes]:
    """Yield the failures as the lines of a failure file, with their line ends.

    A small header is in each line of a row below it. A large one has a `HeaderId`, which all of these lines have; the
    header itself is in the first of them, and again after each MiB of lines. So a reader that begins in the middle
    finds it not far above, and the file grows with the rows, not with the header.
    """
    written_headers: dict[bytes, tuple[str, int]] = {}  # large headers: id, and position where last written
    written = 0
    for failure in failures:
        header: dict[str, str] = {}
        if len(failure.header) > SMALL_HEADER:
            name, last = written_headers.get(failure.header) or (_id_of(failure.header), -HEADER_EVERY)
            header["HeaderId"] = name
            if written - last >= HEADER_EVERY:
                written_headers[failure.header] = (name, written)
                header["Header"] = failure.header.decode(errors="replace")
        elif failure.header:
            header["Header"] = failure.header.decode(errors="replace")
        line = failure.line_of_json(header) + b"\n"
        written += len(line)
        yield line


def _id_of(header: bytes) -> str:
    return sha256(header).hexdigest()[:32]

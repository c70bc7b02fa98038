"""Bad rows: each is a line of JSON in the failure file, which can be mended and imported again."""

import base64
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import orjson

# Bytes: up to here each line carries its header, and can be taken out of the file by itself.
SMALL_HEADER = 1 << 10
HEADER_EVERY = 1 << 20  # bytes of lines; audience.imports.failure_file_reader looks farther back than that


@dataclass(frozen=True, slots=True)
class Failure:
    """A row that did not go in: where it is, what is wrong, and the row itself (its CSV header with it)."""

    place: str  # s3://bucket/key
    line: int
    field: str
    reason: str
    row: bytes
    header: bytes = b""

    def line_of_json(self, header: Mapping[str, str]) -> bytes:
        """Return the failure as a line of the failure file, in Base64 too if the row is not UTF-8.

        `header` is what the line says of its CSV header: `Header`, `HeaderId`, both or nothing.
        """
        entry: dict[str, Any] = {
            "Object": self.place,
            "Line": self.line,
            "Field": self.field,
            "Reason": self.reason,
            **header,
            "Row": self.row.decode(errors="replace"),
        }
        if entry["Row"].encode() != self.row:
            entry["RowBase64"] = base64.b64encode(self.row).decode()
        return orjson.dumps(entry)


def failure_lines(failures: Iterable[Failure]) -> Iterator[bytes]:
    """Return the failures as the lines of a failure file, with their line ends.

    A small header is in each line that is about a row below it. A larger one has a `HeaderId`, which all of these lines
    name, and is itself in the first of them, and again after each MiB of lines: so a reader that begins anywhere finds
    it not far above, and the file grows with the rows, not with the header.
    """
    told: dict[bytes, tuple[str, int]] = {}  # the large headers: their ids, and where they were last
    written = 0
    for failure in failures:
        header: dict[str, str] = {}
        if len(failure.header) > SMALL_HEADER:
            name, last = told.get(failure.header) or (_id_of(failure.header), -HEADER_EVERY)
            header["HeaderId"] = name
            if written - last >= HEADER_EVERY:
                told[failure.header] = (name, written)
                header["Header"] = failure.header.decode(errors="replace")
        elif failure.header:
            header["Header"] = failure.header.decode(errors="replace")
        line = failure.line_of_json(header) + b"\n"
        written += len(line)
        yield line


def _id_of(header: bytes) -> str:
    return sha256(header).hexdigest()[:32]

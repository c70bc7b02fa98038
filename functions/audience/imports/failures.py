"""Bad rows: each is a line of JSON in the failure file, which can be mended and imported again."""

import base64
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from typing import Any

import orjson

from audience.aws.joining import Joining, State

# ImportJobResponse.Failures: "the first 100 entries" (Amazon Pinpoint API reference, Import Jobs)
MOST_SHOWN = 100
MAX_REASON = 500  # characters: a job's record holds a hundred of them
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


def shown(entry: dict[str, Any]) -> str:
    """Return one entry of the job's `Failures`: file, line number, field, reason on one line."""
    field = f"{entry['Field']}: " if entry["Field"] else ""
    text = f"{entry['Object']} line {entry['Line']}: {field}{entry['Reason'][:MAX_REASON]}"
    return " ".join(text.split())


def first_shown(s3: Any, bucket: str, files: Iterable[str]) -> list[str]:
    """Return the first 100 failures of the pieces' files, given in source order, as the job shows them."""
    lines = islice(_lines(s3, bucket, files), MOST_SHOWN)
    return [shown(orjson.loads(line)) for line in lines]


def write_failure_file(
    s3: Any, bucket: str, key: str, files: Sequence[str], state: State, step: Callable[[], None]
) -> None:
    """Join the pieces' failure files, in source order, into the job's one, from where `state` is.

    `state` and `step`: see audience.aws.joining.
    """
    Joining(s3, bucket, key, "application/x-ndjson").run(files, state, step)


def _lines(s3: Any, bucket: str, files: Iterable[str]) -> Iterator[bytes]:
    for file in files:
        yield from s3.get_object(Bucket=bucket, Key=file)["Body"].iter_lines(1 << 16)

"""Bad rows: each is one line of JSON in the failure file, which can be mended and imported again as it is."""

import base64
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import orjson

from audience.aws.upload import Upload

# ImportJobResponse.Failures: "the first 100 entries" (Amazon Pinpoint API reference, Import Jobs)
MOST_SHOWN = 100
MAX_REASON = 500  # characters: a job's record holds a hundred of them


@dataclass(frozen=True, slots=True)
class Failure:
    """A row that did not go in: where it is, what is wrong, and the row itself (its CSV header with it)."""

    place: str  # s3://bucket/key
    line: int
    field: str
    reason: str
    row: bytes
    header: bytes = b""

    def line_of_json(self) -> bytes:
        """The failure as it stands in the failure file; a row that is not UTF-8 is there as Base64 too."""
        entry: dict[str, Any] = {
            "Object": self.place,
            "Line": self.line,
            "Field": self.field,
            "Reason": self.reason,
        }
        if self.header:
            entry["Header"] = self.header.decode(errors="replace")
        entry["Row"] = self.row.decode(errors="replace")
        if entry["Row"].encode() != self.row:
            entry["RowBase64"] = base64.b64encode(self.row).decode()
        return orjson.dumps(entry)


def shown(entry: dict[str, Any]) -> str:
    """One entry of the job's `Failures`: file, line number, field, reason on one line."""
    field = f"{entry['Field']}: " if entry["Field"] else ""
    text = f"{entry['Object']} line {entry['Line']}: {field}{entry['Reason'][:MAX_REASON]}"
    return " ".join(text.split())


def write_failure_file(s3: Any, bucket: str, key: str, files: Iterable[str]) -> list[str]:
    """Join the pieces' failure files, in source order, into the job's one.

    Returns:
        The first 100 as they are shown in the job.
    """
    first: list[str] = []
    with Upload(s3, bucket, key, "application/x-ndjson") as upload:
        for line in _lines(s3, bucket, files):
            upload.write(line + b"\n")
            if len(first) < MOST_SHOWN:
                first.append(shown(orjson.loads(line)))
    return first


def _lines(s3: Any, bucket: str, files: Iterable[str]) -> Iterator[bytes]:
    for file in files:
        yield from s3.get_object(Bucket=bucket, Key=file)["Body"].iter_lines(1 << 16)

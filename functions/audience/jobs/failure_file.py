"""The failure file of a job, made of those of its pieces, and the failures that the job itself shows.

A line is a JSON object with at least `Object`, `Line`, `Field` and `Reason`, and with all `Reasons` of its row
(audience.imports.failures writes them).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import orjson

from audience.aws.client_types import S3Client
from audience.aws.concatenation import Concatenation, State

# ImportJobResponse.Failures: "the first 100 entries" (Amazon Pinpoint API reference, Import Jobs)
MOST_SHOWN = 100
MAX_REASON = 500  # characters: a job's record holds a hundred of them


def failure_text(entry: dict[str, Any]) -> str:
    """Return one entry of the job's `Failures`: file, line number, fields and reasons on one line."""
    return " ".join(f"{entry['Object']} line {entry['Line']}: {reasons_text(entry)[:MAX_REASON]}".split())


def reasons_text(entry: Mapping[str, Any]) -> str:
    """Return all reasons of a line, each with its field if it has one."""
    return "; ".join(
        f"{each['Field']}: {each['Reason']}" if each["Field"] else str(each["Reason"])
        for each in entry.get("Reasons") or [entry]
    )


def first_shown(s3: S3Client, bucket: str, files: Iterable[str]) -> list[str]:
    """Return the first 100 failures of the pieces' files, given in source order, as the job shows them."""
    lines = islice(_lines(s3, bucket, files), MOST_SHOWN)
    return [failure_text(orjson.loads(line)) for line in lines]


def write_failure_file(
    s3: S3Client, bucket: str, key: str, files: Sequence[str], state: State, step: Callable[[], None]
) -> None:
    """Concatenate the pieces' failure files, in source order, into the job's one, from where `state` is.

    `state` and `step`: see audience.aws.concatenation.
    """
    Concatenation(s3, bucket, key, "application/x-ndjson").run(files, state, step)


def _lines(s3: S3Client, bucket: str, files: Iterable[str]) -> Iterator[bytes]:
    for file in files:
        yield from s3.get_object(Bucket=bucket, Key=file)["Body"].iter_lines(1 << 16)

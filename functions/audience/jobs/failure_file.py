"""The failure file of a job, made of those of its pieces, and the failures that the job itself shows.

A line is a JSON object with at least `Object`, `Line`, `Field` and `Reason` (audience.imports.failures writes them).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

import orjson

from audience.aws.client_types import S3Client
from audience.aws.concatenation import Concatenation, State

# ImportJobResponse.Failures: "the first 100 entries" (Amazon Pinpoint API reference, Import Jobs)
MOST_SHOWN = 100
MAX_REASON = 500  # characters: a job's record holds a hundred of them


def failure_text(entry: dict[str, Any]) -> str:
    """Return one entry of the job's `Failures`: file, line number, field, reason on one line."""
    field = f"{entry['Field']}: " if entry["Field"] else ""
    text = f"{entry['Object']} line {entry['Line']}: {field}{entry['Reason'][:MAX_REASON]}"
    return " ".join(text.split())


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

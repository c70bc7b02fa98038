"""Measure what a row costs from the file on: found, parsed, checked, with its id; beside it the parser alone.

The rows have 22 columns, as CSV of 170 to 215 bytes and as JSON of 0.5 KB. The parser is csv.reader or orjson, and
gives texts or documents of which nothing is checked.
"""

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, cast

import orjson

from audience.imports.reader import SourceReader
from audience.imports.row_loop import STRETCH
from audience.sources.location import S3Location
from audience.sources.pieces import Source
from audience.sources.stream import ObjectStream
from benchmarks.measure import keep, minima

ROUNDS = 5
ROWS = 4000
CHUNK = 1 << 20
COLUMNS = [
    "Id", "Address", "ChannelType", "OptOut", "EffectiveDate", "EndpointStatus", "Location.City", "Location.Country",
    "Location.PostalCode", "Location.Region", "Location.Latitude", "Location.Longitude", "Demographic.AppVersion",
    "Demographic.Make", "Demographic.Model", "Demographic.Platform", "Demographic.Timezone", "Attributes.Plan",
    "Attributes.Interests", "Attributes.Source",
]  # fmt: skip
METRICS, USER = ["Metrics.Score", "Metrics.Visits"], ["User.UserId", "User.UserAttributes.Name"]


def values_of(number: int) -> dict[str, Any]:
    """Return a row of 22 columns and a user by the names of its columns."""
    cells = [
        f"customer-{number}", f"ada{number}@example.org", "EMAIL", "NONE",
        f"2026-01-{number % 28 + 1:02d}T10:{number % 60:02d}:00.{number % 1000:03d}Z", "ACTIVE",
        ("Bonn", "Oslo", "New York")[number % 3], ("DE", "NO", "US")[number % 3], f"{number:05d}", "R",
        number % 90 + 0.5, number % 180 + 0.25, "1.2.3", "Apple", "iPhone 12", "ios", "Europe/Berlin", "pro",
        "music", "crm",
    ]  # fmt: skip
    metrics = {"Metrics.Score": number * 13 % 1000 + 0.25, "Metrics.Visits": number % 50}
    user = {"User.UserId": f"user-{number}", "User.UserAttributes.Name": f"Ada {number}"}
    return dict(zip(COLUMNS, cells, strict=True)) | metrics | user


def csv_records(columns: list[str], quoting: Any) -> list[bytes]:
    """Return a header and rows of these columns."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n", quoting=quoting)
    writer.writerow(columns)
    writer.writerows([values_of(number)[column] for column in columns] for number in range(ROWS))
    return text.getvalue().encode().splitlines()


def json_records(columns: list[str]) -> list[bytes]:
    """Return lines of JSON with these columns as members, some 500 bytes each."""
    return [
        json.dumps(nested(values_of(number), columns), separators=(",", ":")).encode()
        for number in range(ROWS)
    ]


def nested(values: Mapping[str, Any], columns: list[str]) -> dict[str, Any]:
    """Return values as the members of an endpoint; attributes are lists."""
    document: dict[str, Any] = {}
    for column in columns:
        *groups, name = column.split(".")
        inside = document
        for group in groups:
            inside = inside.setdefault(group, {})
        inside[name] = [values[column]] if groups and groups[-1].endswith("Attributes") else values[column]
    return document


class Content:
    """The content of an object, as its stream gives it."""

    garbage = None

    def __init__(self, content: bytes) -> None:
        """Keep the content."""
        self._content = content

    def text(self, start: int, end: int) -> Iterator[bytes]:
        """Yield a range in chunks."""
        for at in range(start, end, CHUNK):
            yield self._content[at : min(end, at + CHUNK)]


def read_rows(lines: list[bytes], *, csv: bool) -> None:
    """Read the rows of a file as a worker does: many together, and the others one by one."""
    content = b"\n".join(lines)
    size = len(content)
    source: Source = {"key": "file", "etag": "e", "size": size, "start": 0, "end": size, "line": 1}
    stream = cast("ObjectStream", Content(content))
    reader = SourceReader(stream, source, S3Location("bucket", "file"), "app", csv=csv)
    for record, _ in reader.records(-1, 1):
        reader.rows(record)
        while reader.rows_together(STRETCH)[0]:
            pass


def main() -> None:
    """Print and keep what a row costs from the file on, by kinds of files."""
    print(f"\nrows: µs of CPU from the file to a row of 22 columns, best of {ROUNDS} rounds")
    figures: dict[str, dict[str, float]] = {}
    for name, columns, quoting in (
        ("CSV", COLUMNS + METRICS, csv.QUOTE_MINIMAL),
        ("CSV, all quoted", COLUMNS + METRICS, csv.QUOTE_ALL),
        ("CSV, with a user", COLUMNS + USER, csv.QUOTE_MINIMAL),
        ("JSON", COLUMNS + METRICS, None),
        ("JSON, with a user", COLUMNS + USER, None),
    ):
        lines = json_records(columns) if quoting is None else csv_records(columns, quoting)
        cases: dict[str, Callable[[], Any]] = {
            "ours": lambda: read_rows(lines, csv=False),  # noqa: B023
            "orjson alone": lambda: [orjson.loads(line) for line in lines],  # noqa: B023
        }
        if quoting is not None:
            cases = {
                "ours": lambda: read_rows(lines, csv=True),  # noqa: B023
                "csv.reader alone": lambda: [*csv.reader(line.decode() for line in lines)],  # noqa: B023
            }
        figures[name] = minima(cases, ROUNDS, ROWS)
        told(name, figures[name])
    title = "CPU from the file to a row of 22 columns"
    keep("read_rows", {"title": title, "unit": "µs", "ours": "ours", "figures": rounded(figures)})


def told(name: str, figures: Mapping[str, float]) -> None:
    """Print the figures of one kind of file."""
    print(f"  {name:30}", *(f"{case} {figure:7.1f}" for case, figure in figures.items()), sep="  ")


def rounded(figures: Mapping[str, Mapping[str, float]]) -> dict[str, dict[str, float]]:
    """Return figures to a tenth."""
    return {name: {case: round(figure, 1) for case, figure in some.items()} for name, some in figures.items()}


if __name__ == "__main__":
    main()

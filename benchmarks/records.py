"""Compare how fast the records of a file are found, and its rows are read, with Python's csv.reader and orjson.

Records: MB a CPU second of the record reader, of its plain half alone, which finds them line by line, and of
csv.reader. That also parses cells; but it reads text and knows no byte positions, so it could not cut a file.

Rows: see benchmarks.read_rows.
"""

import csv
import io
from collections.abc import Callable, Iterator

from audience.sources.gzip_text import CHUNK
from audience.sources.plain_records import Limits, PlainRecords
from audience.sources.records import LOOK_AHEAD, MAX_RECORD, MOST_LINES, records
from audience.sources.unread import Unread
from benchmarks import read_rows
from benchmarks.measure import keep, minima
from benchmarks.read_rows import rounded, told

ROUNDS = 3
SIZE = 6_000_000  # bytes of each file of records
SHORT = "customer-{0},ada{0}@example.org,EMAIL,Bonn,DE,48.1,11.5,music,tea,user-{0},Ada Lovelace"
LONG = ",".join(
    ["customer-{0}", "ada{0}@example.org", "EMAIL", *(f"value number {n} of {{0}}" for n in range(22))]
)


def quoted(line: str) -> str:
    """Return a line of CSV with all of its cells in quotes."""
    return ",".join(f'"{cell}"' for cell in line.split(","))


def kinds() -> Iterator[tuple[str, list[str]]]:
    """Yield kinds of files: a name, and lines that take turns, with a place for the row's number."""
    in_quotes = SHORT.replace("Bonn", '"Bonn, old town"')
    yield "no quotes, 95 bytes", [SHORT]
    yield "no quotes, 550 bytes", [LONG]
    yield "all quoted, 110 bytes", [quoted(SHORT)]
    yield "all quoted, 600 bytes", [quoted(LONG)]
    yield "a comma and quotes in each", [in_quotes.replace("tea", '"say ""tea"""')]
    yield "a line break in each", [SHORT.replace("Bonn", '"Bonn\nold town"')]
    yield "1 row in 20 quoted", [in_quotes, *[SHORT] * 19]
    yield "a stray quote in each", [SHORT.replace("tea", '12" pipe')]
    yield "a quote never closed in each", [SHORT.replace("tea", '"tea')]
    yield "JSON, 490 bytes", ['{{"Id":"{0}","Address":"a{0}@example.org","text":"' + "x" * 440 + '"}}']


def content_of(lines: list[str]) -> bytes:
    """Return a file of these lines, some megabytes of it."""
    rows = SIZE // (sum(len(line) for line in lines) // len(lines))
    return "".join(f"{lines[row % len(lines)].format(row)}\n" for row in range(rows)).encode()


def chunks(content: bytes) -> Iterator[bytes]:
    """Return the content in chunks as S3 streams it."""
    return (content[start : start + CHUNK] for start in range(0, len(content), CHUNK))


def line_by_line(content: bytes, *, is_csv: bool) -> int:
    """Return how many records the plain half of the reader finds."""
    limits = Limits(MAX_RECORD, LOOK_AHEAD, MOST_LINES)
    reader = PlainRecords(Unread(chunks(content)), limits, csv=is_csv, delimiter=",")
    count, line = 0, 1
    while (record := reader.next(line)) is not None:
        count, line = count + 1, line + record.lines
    return count


def with_csv(content: bytes) -> int:
    """Return how many rows csv.reader finds."""
    return sum(1 for _ in csv.reader(io.TextIOWrapper(io.BytesIO(content), newline="")))


def measure_records() -> None:
    """Print and keep how many megabytes of each kind of file are read in a CPU second."""
    print(f"records: MB a CPU second, best of {ROUNDS} rounds")
    figures: dict[str, dict[str, float]] = {}
    for name, lines in kinds():
        content, is_csv = content_of(lines), not name.startswith("JSON")
        cases: dict[str, Callable[[], int]] = {
            "ours": lambda: sum(1 for _ in records(chunks(content), csv=is_csv)),  # noqa: B023
            "line by line": lambda: line_by_line(content, is_csv=is_csv),  # noqa: B023
        }
        if is_csv:
            cases["csv.reader"] = lambda: with_csv(content)  # noqa: B023
        assert cases["ours"]() == cases["line by line"]()
        figures[name] = {case: 1 / took for case, took in minima(cases, ROUNDS, len(content)).items()}
        told(name, figures[name])
    title = "MB a CPU second in which the records of a file are found"
    keep("records", {"title": title, "unit": "MB/s", "ours": "ours", "figures": rounded(figures)})


def main() -> None:
    """Measure records, then rows."""
    measure_records()
    read_rows.main()


if __name__ == "__main__":
    main()

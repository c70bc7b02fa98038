"""Compare how fast records are found in a file with Python's csv.reader on the same bytes.

csv.reader also parses cells, which the record reader leaves to its user; but it reads text and knows no byte positions,
so it could not cut a file into pieces.
"""

import csv
import io
import time
from collections.abc import Callable, Iterator

from audience.sources.records import records
from audience.sources.stream import CHUNK

ROUNDS = 3
ROWS = 60_000
PLAIN = "customer-{0},ada{0}@example.org,EMAIL,Bonn,DE,48.1,11.5,music,tea,user-{0},Ada Lovelace\n"
QUOTED = (
    'customer-{0},ada{0}@example.org,EMAIL,"Bonn, old\ntown",DE,48.1,11.5,"say ""tea""",tea,user-{0},Ada\n'
)


def chunks(content: bytes) -> Iterator[bytes]:
    """Return the content in chunks as S3 streams it."""
    return (content[start : start + CHUNK] for start in range(0, len(content), CHUNK))


def with_records(content: bytes) -> int:
    """Return how many records our reader finds."""
    return sum(1 for _ in records(chunks(content), csv=True))


def with_csv(content: bytes) -> int:
    """Return how many rows csv.reader finds."""
    return sum(1 for _ in csv.reader(io.TextIOWrapper(io.BytesIO(content), newline="")))


def mb_a_second(count: Callable[[bytes], int], content: bytes) -> float:
    """Return the best speed of some rounds, each of which must find every row."""
    best = float("inf")
    for _ in range(ROUNDS):
        begun = time.process_time()
        found = count(content)
        best = min(best, time.process_time() - begun)
        if found != ROWS:
            raise SystemExit(f"{found} records instead of {ROWS}")
    return len(content) / 1e6 / best


def main() -> None:
    """Read a file without quotes, and one with quotes and line breaks in every row."""
    print(f"records: {ROWS} records of 0.1 KB, best of {ROUNDS} rounds")
    for name, row in (("no quotes", PLAIN), ("quotes in each", QUOTED)):
        content = "".join(row.format(number) for number in range(ROWS)).encode()
        ours, theirs = mb_a_second(with_records, content), mb_a_second(with_csv, content)
        print(f"  {name:15} {ours:5.0f} MB/s, csv.reader {theirs:5.0f} MB/s  {ours / theirs:5.2f} x")


if __name__ == "__main__":
    main()

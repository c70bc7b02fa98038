"""Compare how fast files are surveyed and cut with a planner that reads them in sequence; a plan of 1 TB.

The planner in sequence is what the planner was: the record reader over the whole file. Of large jobs the ranges'
summaries are simulated, put together in earnest, and the time to the first row is arithmetic on what was measured here.
"""

import resource
from collections.abc import Callable, Iterator

import orjson

from audience.imports.plan import ImportPlan
from audience.imports.survey_files import SurveyFiles
from audience.jobs.model import JobKey
from audience.sources.file_ranges import FileRange, ranges_of
from audience.sources.gzip_text import CHUNK
from audience.sources.listing import SourceObject
from audience.sources.piece_size import item_bytes, piece_size, total_bytes
from audience.sources.records import records
from audience.sources.survey import Summary, Way, survey
from benchmarks.measure import cpu_seconds, keep, minima

MIB, GIB, TIB = 1 << 20, 1 << 30, 1 << 40
PART = 4 * MIB  # of a file; one that is cut has such parts at least
ROUNDS = 3
SEQUENCE = "in sequence"
KINDS = {
    "no quotes, 95 B": "{0:08},someone@example.com,EMAIL,en,US,Bonn," + "x" * 48 + "\n",
    "no quotes, 500 B": "{0:08},someone@example.com,EMAIL," + "abcdefg," * 57 + "xyz\n",
    "all quoted": '"{0:08}","someone@example.com","EMAIL",' + '"abcdefghij",' * 18 + '"x"\n',
    "a break in each row": '{0:08},"12 Main St\nSpringfield",EMAIL,' + "x" * 50 + "\n",
    "stray quotes": '{0:08},12" pipe,EMAIL,' + "x" * 60 + "\n",
    "a quote closed wrongly": '{0:08},"Bob" Smith,EMAIL,' + "x" * 60 + "\n",
    "a quote never closed": '{0:08},"Bob Smith,EMAIL,' + "x" * 60 + "\n",
}
JSON = '{{"Id":"{0:08}","Address":"' + "x" * 455 + '"}}\n'

# What is not measured here, in seconds: a start of a state and of a worker, what a listing takes, a GET; and bytes a
# second that a Lambda gets of S3 and a piece's first rows take. Of AWS's documents and of common measurements.
START_S, COLD_S = 0.15, 1.2
S3_MB_A_SECOND = 80.0
FIRST_ROWS_S = 0.1
WORKERS, FEW = 1000, 40


class Memory:
    """The part of S3 that a survey's files need, in memory."""

    def __init__(self) -> None:
        """Hold nothing yet."""
        self.objects: dict[str, bytes] = {}

    def put_object(self, Key: str, Body: bytes, **_other: str) -> None:  # noqa: N803 - S3's names
        """Keep an object."""
        self.objects[Key] = Body

    def get_object(self, Key: str, **_other: str) -> dict[str, "Memory.Body"]:  # noqa: N803
        """Return an object."""
        return {"Body": Memory.Body(self.objects[Key])}

    class Body:
        """The content of an object."""

        def __init__(self, content: bytes) -> None:
            """Keep the content."""
            self._content = content

        def read(self) -> bytes:
            """Return the content."""
            return self._content


def content_of(row: str, size: int) -> bytes:
    """Return a file of at least so many bytes."""
    rows = b"".join(row.format(number).encode() for number in range(2000))
    return rows * -(-size // len(rows))


def in_sequence(content: bytes, *, csv: bool) -> None:
    """Find the records as one reader of the whole file does."""
    for _ in records((content[at : at + CHUNK] for at in range(0, len(content), CHUNK)), csv=csv):
        pass


def surveyed(content: bytes, *, csv: bool) -> None:
    """Survey the file as workers do."""

    def read(start: int, end: int) -> Iterator[bytes]:
        return (content[at : min(end, at + CHUNK)] for at in range(start, end, CHUNK))

    size = len(content)
    list(survey(read, size, [*range(0, size, PART), size], ",", csv=csv))


def speeds() -> dict[str, float]:
    """Return the MB a CPU second of each kind of file, surveyed and in sequence."""
    found = {}
    for kind, row in [*KINDS.items(), ("JSON, 490 B", JSON)]:
        content, csv = content_of(row, 8 * MIB), kind in KINDS
        few = content[: len(content) // 8]
        found[kind] = _mb_a_second(content, lambda text: surveyed(text, csv=csv))  # noqa: B023 - called at once
        found[f"{kind}, {SEQUENCE}"] = _mb_a_second(few, lambda text: in_sequence(text, csv=csv))  # noqa: B023
    return found


def _mb_a_second(content: bytes, run: Callable[[bytes], None]) -> float:
    return len(content) / minima({"it": lambda: run(content)}, ROUNDS)["it"]


def plan_of(size: int, row: int = 500) -> ImportPlan:
    """Return the plan of a job of files of 1 GB, or of one file."""
    files = max(1, size // GIB)
    objects = [
        SourceObject(f"in/part-{number:05}.csv", size // files, "e" * 34, wanted=True)
        for number in range(files)
    ]
    pieces = piece_size(total_bytes(objects), PART, 60_000)
    ranges = [part for found in objects for part in ranges_of(found, pieces.bytes, item_bytes(size, row))]
    return ImportPlan(objects, ranges, pieces, row, [])


def compose(size: int) -> dict[str, float]:
    """Put the summaries of a large job together, and return what that takes and how much it is."""
    store = Memory()
    files = SurveyFiles(store, "bucket", JobKey("a" * 32, "IMPORT", "j" * 32), "n" * 16)  # type: ignore[arg-type]
    made = plan_of(size)
    items = made.items()
    files.begin(made)
    for item in items:
        files.write_result(item, [(part, summaries_of(part, made.size.bytes)) for part in item["ranges"]])
    begun = cpu_seconds()
    pieces = files.plan().pieces(files.results())
    listed = orjson.dumps(pieces)
    return {
        "items": len(items),
        "summaries": sum(
            size // made.size.bytes for size in [part["end"] - part["start"] for part in made.ranges]
        ),
        "summaries, KB": sum(map(len, store.objects.values())) / 1000,
        "pieces": len(pieces),
        "list of pieces, KB": len(listed) / 1000,
        "composing, CPU seconds": cpu_seconds() - begun,
        "memory, MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def summaries_of(part: FileRange, piece_bytes: int) -> list[Summary]:
    """Return summaries of a range as long as real ones."""
    found = []
    for start in range(part["start"], part["end"], piece_bytes):
        end = min(part["end"], start + piece_bytes)
        first, rows = start + 123 if start else 0, (end - start) // 500
        way = Way(rows, end + 123, 1)
        found.append(Summary(start, end, first, rows, way, way._replace(records=rows - 1)))
    return found


def first_row(size: int, mb_a_second: float, workers: int) -> float:
    """Return the seconds from a job's start to its first row, by arithmetic on a survey's speed."""
    speed = min(S3_MB_A_SECOND, mb_a_second) * 1e6
    begin = START_S + COLD_S + 0.1  # the planner: it lists, and reads a beginning
    if size <= 256 * MIB:
        return begin + size / speed + START_S + COLD_S + FIRST_ROWS_S
    made = plan_of(size)
    items = len(made.items())
    rounds = -(-items // workers)
    return (
        begin
        + rounds * (START_S + item_bytes(size, 500) / speed)
        + COLD_S
        + composed_s(items)
        + (START_S + COLD_S + FIRST_ROWS_S)
    )


def composed_s(items: int) -> float:
    """Return the seconds that Compose Pieces takes: its start, and a GET an item, ten at a time."""
    return START_S + COLD_S + items * 0.02 / 10


def main() -> None:
    """Measure the survey, plan 1 TB, and keep both."""
    figures = speeds()
    print("planning: MB a CPU second, surveyed and in sequence (and how many times as fast)")
    for kind in [*KINDS, "JSON, 490 B"]:
        ours, theirs = figures[kind], figures[f"{kind}, {SEQUENCE}"]
        print(f"  {kind:24} {ours:7.0f} {theirs:7.0f}  {ours / theirs:6.1f} x")
    large = compose(TIB)
    print("  1 TB: " + ", ".join(f"{figure:,.1f} {name}" for name, figure in large.items()))
    sizes = {"10 MB": 10 * 10**6, "1 GB": 10**9, "100 GB": 10**11, "1 TB": TIB}
    speed, slow = figures["no quotes, 500 B"], figures[f"no quotes, 500 B, {SEQUENCE}"]
    series = {
        f"surveyed by {WORKERS} workers": [first_row(size, speed, WORKERS) for size in sizes.values()],
        f"surveyed by {FEW} workers": [first_row(size, speed, FEW) for size in sizes.values()],
        "read in sequence, as before": [
            2 * (START_S + COLD_S) + size / min(slow, S3_MB_A_SECOND) / 1e6 for size in sizes.values()
        ],
    }
    for name, seconds in series.items():
        told = ", ".join(f"{size} {each:,.1f} s" for size, each in zip(sizes, seconds, strict=True))
        print(f"  first row, {name}: {told}")
    figures |= {f"1 TB, {name}": figure for name, figure in large.items()}
    figures["1 TB planned, seconds"] = series[f"surveyed by {WORKERS} workers"][-1]
    keep(
        "planning",
        {
            "title": "files surveyed in parallel, and read in sequence",
            "unit": "MB a CPU second",
            "figures": {name: round(figure, 1) for name, figure in figures.items()},
            "first_row": {
                "sizes": list(sizes),
                "series": {name: [round(each, 1) for each in seconds] for name, seconds in series.items()},
            },
        },
    )


if __name__ == "__main__":
    main()

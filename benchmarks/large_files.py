"""Plan real files of 2 GB on a disk by the planner's own steps, and compare their cuts with a count of the whole file.

A file is written, planned and deleted, one after the other, each in a process of its own whose peak memory is told. The
count is another than the planner's: line feeds, and quotes by their parity, from the first byte to the last.
"""

import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from itertools import cycle, pairwise
from json import dumps, loads
from pathlib import Path
from random import Random
from typing import Any

from audience.imports.definition import ImportDefinition
from audience.imports.plan import Surveyors, plan
from audience.imports.survey_files import SurveyFiles
from audience.jobs.model import JobKey
from audience.settings import PlanSettings
from audience.sources.pieces import Piece
from benchmarks.dollars import DEFAULTS
from benchmarks.goals import number
from benchmarks.measure import cpu_seconds, keep, rounded
from benchmarks.null_aws import APP, JOB, LocalFile
from benchmarks.planning import Memory

SIZE = 2 * 10**9
ROWS_OF_A_BLOCK = 15_000
KINDS = {"plain": "rows.csv", "all quoted, line breaks": "quoted.csv", "NDJSON": "rows.json"}
_ALL_BUT_MARKS = bytes(set(range(256)) - set(b'"\n'))


class FileS3(Memory):
    """S3 with one file, and what is written to it in memory."""

    def __init__(self, path: Path) -> None:
        """Keep the file."""
        super().__init__()
        self._path = path
        self.requests = 0

    def get_paginator(self, _operation: str) -> "FileS3":
        """Return what lists."""
        return self

    def paginate(self, **_request: str) -> Iterator[dict[str, Any]]:
        """Yield the one page of the listing."""
        yield {"Contents": [{"Key": f"in/{self._path.name}", "Size": self._path.stat().st_size, "ETag": "e"}]}

    def get_object(self, Key: str, Range: str = "", **_other: str) -> dict[str, Any]:  # noqa: N803
        """Return a part of the file, or what was written."""
        if not Range:
            return dict(super().get_object(Key))
        self.requests += 1
        first, last = map(int, Range.removeprefix("bytes=").split("-"))
        return {"Body": LocalFile(self._path, first, last)}


def write(path: Path, kind: str, size: int) -> None:
    """Write a file of at least so many bytes: two blocks of rows of many lengths, in turns."""
    random = Random(7)
    header = "" if kind == "NDJSON" else "Id,Address,ChannelType,Attributes.note,Attributes.x\n"
    blocks = [
        "".join(_row(kind, block * ROWS_OF_A_BLOCK + row, random) for row in range(ROWS_OF_A_BLOCK)).encode()
        for block in range(2)
    ]
    with path.open("wb") as file:
        file.write(header.encode())
        for block in cycle(blocks):
            if file.tell() >= size:
                break
            file.write(block)


def _row(kind: str, number: int, random: Random) -> str:
    name, address = f"customer-{number}", f"ada{number}@example.org"
    filler = "x" * random.randrange(20, 400)
    if kind == "NDJSON":
        endpoint = {"Id": name, "Address": address, "ChannelType": "EMAIL", "Attributes": {"x": [filler]}}
        return f"{dumps(endpoint)}\n"
    if kind == "plain":
        return f"{name},{address},EMAIL,Bonn,{filler}\n"
    note = ("12 Main St\nSpringfield", 'the ""big"" one,\n\n', "\n", "", "plain, note")[number % 5]
    return f'"{name}","{address}","EMAIL","{note}","{filler}"\n'


def planned(path: Path) -> tuple[list[Piece], dict[str, float]]:
    """Plan the file as the state machine does; return its pieces, and what each step took."""
    defaults = loads(DEFAULTS.read_text())
    settings = PlanSettings(defaults["pieceBytes"], defaults["pieceRows"], defaults["surveyBytes"])
    definition = ImportDefinition(
        "s3://bucket/in/",
        "",
        "",
        "JSON" if path.suffix == ".json" else "CSV",
        register_endpoints=True,
        define_segment=False,
        segment_name=None,
    )
    s3: Any = FileS3(path)
    began = cpu_seconds()
    made = plan(s3, definition, settings)
    files = SurveyFiles(s3, "own", JobKey(APP, "IMPORT", JOB), "n" * 16)
    files.begin(made)
    items, surveyor = made.items(), Surveyors(s3, definition).of(made.size.bytes)
    listed = cpu_seconds()
    of_workers = []
    for item in items:
        begun = cpu_seconds()
        files.write_result(item, [(part, surveyor.survey(part)) for part in item["ranges"]])
        of_workers.append(cpu_seconds() - begun)
    begun = cpu_seconds()
    pieces = files.plan().pieces(files.results())
    return pieces, {
        "plan, CPU seconds": listed - began,
        "survey, MB a CPU second": path.stat().st_size / sum(of_workers) / 1e6,
        "survey, CPU seconds of the slowest worker": max(of_workers),
        "compose, CPU seconds": cpu_seconds() - begun,
        "workers": len(items),
        "pieces": len(pieces),
        "requests to S3": s3.requests,
        "largest item of a worker, bytes": max(len(dumps(item)) for item in [*items, *pieces]),
        "peak memory, MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def check(path: Path, pieces: list[Piece]) -> int:
    """Return the records of the file; each cut must be where one begins, with the number of its line.

    Raises:
        SystemExit: one is not.
    """
    sources = [source for piece in pieces for source in piece["sources"]]
    edges = [0, *(source["end"] for source in sources)]
    if [(one["start"], one["end"]) for one in sources] != [*pairwise(edges)] or edges[
        -1
    ] != path.stat().st_size:
        raise SystemExit(f"the pieces of {path.name} are not the whole file")
    line, found = 1, 0
    with path.open("rb") as file:
        for source in sources:
            if source["line"] != line:
                raise SystemExit(f"byte {source['start']} of {path.name} is line {line}: {source}")
            text = file.read(source["end"] - source["start"])
            # Quotes that are doubled close and open again with nothing in between.
            marks = text.translate(None, _ALL_BUT_MARKS) if path.suffix == ".csv" else text.replace(b'"', b"")
            parts = marks.split(b'"')
            if len(parts) % 2 == 0 or not text.endswith(b"\n"):
                raise SystemExit(f"byte {source['end']} of {path.name} is inside of a record: {source}")
            line += text.count(b"\n")
            found += sum(part.count(b"\n") for part in parts[::2])
    return found


def main() -> None:
    """Plan a file of each kind in a process of its own, or that of the kind that the first argument names."""
    if len(sys.argv) == 1:
        found: dict[str, float] = {}
        for kind in KINDS:
            command = [sys.executable, "-m", "benchmarks.large_files", kind]
            told = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603
            figures = loads(told.stdout)
            print(f"large_files: {kind}")
            for measure, figure in figures.items():
                print(f"  {measure:44} {number(figure):>10}")
            found |= {f"{kind}: {name}": figure for name, figure in figures.items()}
        title = f"files of {SIZE // 10**9} GB planned, all cuts as a count of the whole file has them"
        keep("large_files", {"title": title, "unit": "", "figures": rounded(found)})
        return
    kind = sys.argv[1]
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / KINDS[kind]
        write(path, kind, SIZE)
        pieces, figures = planned(path)
        print(dumps({**figures, "records": check(path, pieces)}))


if __name__ == "__main__":
    main()

"""Measure how many rows a second one import worker writes, where the table answers after 6 ms.

This is time on the clock, so other work on the machine counts; of some rounds the best is told. The CPU of a row is
kept beside it, which says what the machine could do at most, and a row's CPU in the sink, which must not be the limit.
The same worker is measured with a tenth of its requests and statements throttled, and with users.
"""

import tempfile
import time
from pathlib import Path

from benchmarks.boto3_peers import Boto3Peers
from benchmarks.go_peer import NotBuiltError, built_in
from benchmarks.import_files import write_csv
from benchmarks.import_piece import PieceImport
from benchmarks.measure import cpu_seconds, report, rounded
from benchmarks.service import SinkService, running_sink
from benchmarks.sink_settings import SinkSettings

ROUNDS = 3
ROWS = 20_000
ROWS_OF_BOTO3 = 4_000
LATENCY = 0.006  # seconds
SLOW = SinkSettings(latency=LATENCY)
THROTTLING = SinkSettings(latency=LATENCY, throttled=0.1, throttled_statements=0.1)


class Rates:
    """What was found: the best rate of each case, and the CPU of its rows on both sides."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.rows_a_second: dict[str, float] = {}
        self.cpu: dict[str, float] = {}
        self.cpu_of_sink: dict[str, float] = {}

    def note(self, case: str, rows: int, seconds: float, cpu: float, running: SinkService) -> None:
        """Keep a round of a case if it is the best; `cpu` and `seconds` are of all its rows."""
        self.rows_a_second[case] = max(self.rows_a_second.get(case, 0), rows / seconds)
        self.cpu[case] = min(self.cpu.get(case, float("inf")), cpu / rows * 1e6)
        spent = running.counts()["cpu"] / rows * 1e6
        self.cpu_of_sink[case] = min(self.cpu_of_sink.get(case, float("inf")), spent)

    def run(self, case: str, piece: PieceImport, path: Path, settings: SinkSettings) -> None:
        """Measure one round of the worker."""
        piece.prepare(path, settings)
        cpu, begun = cpu_seconds(), time.perf_counter()
        piece.run(path, ROWS)
        self.note(case, ROWS, time.perf_counter() - begun, cpu_seconds() - cpu, piece.running)


def measure(found: Rates, folder: Path, running: SinkService) -> dict[str, str]:
    """Measure the worker and its peers; return the peers that could not be, and why."""
    rows, few = write_csv(folder / "rows.csv", ROWS), write_csv(folder / "few.csv", ROWS_OF_BOTO3)
    of_user = write_csv(folder / "user.csv", ROWS, 1)
    piece, boto3, missing = PieceImport(running, folder), Boto3Peers(running), {}
    try:
        peer = built_in(folder)
    except NotBuiltError as error:
        peer, missing = None, {"ddbimport (Go), CSV": str(error)}
    for _ in range(ROUNDS):
        found.run("our worker, CSV", piece, rows, SLOW)
        found.run("our worker, a user a row", piece, of_user, SLOW)
        found.run("our worker, CSV, a tenth throttled", piece, rows, THROTTLING)
        running.set(SLOW)
        cpu, begun = cpu_seconds(), time.perf_counter()
        boto3.put_csv(few)
        seconds = time.perf_counter() - begun
        found.note("boto3 batch_writer, CSV", ROWS_OF_BOTO3, seconds, cpu_seconds() - cpu, running)
        if peer:
            running.set(SLOW)
            cpu, seconds = peer.run(running.url, rows, ROWS)
            found.note("ddbimport (Go), CSV", ROWS, seconds, cpu, running)
    return missing


def main() -> None:
    """Measure all, and tell the rows a second."""
    found = Rates()
    with tempfile.TemporaryDirectory() as name, running_sink() as running:
        missing = measure(found, Path(name), running)
    report(
        "import_rate",
        f"rows a second of one worker, answers after {LATENCY * 1000:g} ms, best of {ROUNDS} rounds",
        found.rows_a_second,
        "our worker, CSV",
        unit="rows/s",
        missing=missing,
        cpu=rounded(found.cpu),
        cpu_of_sink=rounded(found.cpu_of_sink),
    )


if __name__ == "__main__":
    main()

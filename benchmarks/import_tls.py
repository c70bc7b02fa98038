"""Measure what TLS adds to an imported row: the worker's CPU into a sink with TLS, as DynamoDB has it, and without.

Each round is a process of its own for each side, since a process's clients keep the address that they were made for.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.import_files import write_csv
from benchmarks.import_piece import PieceImport
from benchmarks.measure import cpu_seconds, report
from benchmarks.service import running_sink

ROUNDS = 3
ROWS = 20_000
SIDES = {"our worker, CSV, with TLS": "tls", "our worker, CSV": "plain"}


def cost(side: str) -> float:
    """Return the CPU of a row in this process in µs; the first of two runs warms it up."""
    with tempfile.TemporaryDirectory() as name, running_sink(tls=side == "tls") as running:
        folder = Path(name)
        path = write_csv(folder / "rows.csv", ROWS)
        piece = PieceImport(running, folder)
        spent = []
        for _ in range(2):
            piece.prepare(path)
            begun = cpu_seconds()
            piece.run(path, ROWS)
            spent.append(cpu_seconds() - begun)
    return min(spent) / ROWS * 1e6


def main() -> None:
    """Measure both sides in turn; with a side as the argument, print its cost."""
    if sys.argv[1:]:
        print(cost(sys.argv[1]))
        return
    found = dict.fromkeys(SIDES, float("inf"))
    for _ in range(ROUNDS):
        for case, side in SIDES.items():
            command = [sys.executable, "-m", "benchmarks.import_tls", side]
            done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603  (our own module)
            found[case] = min(found[case], float(done.stdout))
    report("import_tls", f"CPU a row of 22 columns, least of {ROUNDS} rounds", found, "our worker, CSV")


if __name__ == "__main__":
    main()

"""Print the peak memory in MB and the CPU seconds of one import worker on one gzip file of a number of rows.

The worker is the handler that Lambda runs: it reads, merges, keeps the members and the failures, and records its
intervals.
"""

import gzip
import sys
import tempfile
from pathlib import Path

from benchmarks.import_piece import PieceImport
from benchmarks.null_aws import print_cost
from benchmarks.service import running_sink

ATTRIBUTES = 7
BAD_EVERY = 100


def write(path: Path, rows: int) -> None:
    """Write rows of about 0.8 KB, of which one in a hundred is bad."""
    columns = ",".join(f"Attributes.a{number}" for number in range(ATTRIBUTES))
    with gzip.open(path, "wt", compresslevel=1) as file:
        file.write(f"Id,Address,ChannelType,{columns}\n")
        for row in range(rows):
            channel = "EMAIL" if row % BAD_EVERY else "PIGEON"
            cells = ",".join(f"{row:09d}" * 11 for _ in range(ATTRIBUTES))
            file.write(f"customer-{row},ada{row}@example.org,{channel},{cells}\n")


def main() -> None:
    """Run the worker on as many rows as the first argument says."""
    rows = int(sys.argv[1])
    with tempfile.TemporaryDirectory() as name, running_sink() as running:
        path = Path(name) / "rows.csv.gz"
        write(path, rows)
        piece = PieceImport(running, path.parent)
        piece.prepare(path)
        piece.run(path, rows, bad=-(-rows // BAD_EVERY))
    print_cost()


if __name__ == "__main__":
    main()

"""Measure the write units that a row takes: the sink weighs the item of each write, refused ones included.

New rows without a user, rows that each have a user, and rows of which three have a user together; and rows of which
some are there already, which the import only finds out by a refused write.
"""

import tempfile
from pathlib import Path

from benchmarks.import_files import write_csv
from benchmarks.import_piece import PieceImport
from benchmarks.measure import report
from benchmarks.service import running_sink
from benchmarks.sink_settings import SinkSettings

ROWS = 20_000


def main() -> None:
    """Import each file once, and divide what the sink counted by the rows."""
    with tempfile.TemporaryDirectory() as name, running_sink() as running:
        folder = Path(name)
        piece = PieceImport(running, folder)
        plain = write_csv(folder / "rows.csv", ROWS)
        cases = {
            "no user": (plain, 0.0),
            "a user a row": (write_csv(folder / "one.csv", ROWS, 1), 0.0),
            "3 rows a user": (write_csv(folder / "three.csv", ROWS, 3), 0.0),
            "no user, 2 % there already": (plain, 0.02),
            "no user, half there already": (plain, 0.5),
            "no user, all there already": (plain, 1.0),
        }
        found, requests = {}, {}
        for case, (path, there) in cases.items():
            piece.prepare(path, SinkSettings(measured_units=True, duplicates=there))
            piece.run(path, ROWS)
            counts = running.counts()
            found[case] = sum(counts["units"].values()) / ROWS
            requests[case] = {**counts["requests"], **counts["refused"], **counts["objects"]}
    title = f"write units a row of {ROWS} rows below 1 KB"
    report("write_units", title, found, "no user", unit="units", requests=requests)


if __name__ == "__main__":
    main()

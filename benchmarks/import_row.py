"""Compare the CPU of an imported row: the import worker's, and what boto3 and ddbimport take for the same file.

Each goes the whole way from the file to the answer to its last row, into the same sink, which answers at once. The
worker is the handler that Lambda runs, on a piece of 20,000 rows; it also validates rows, keeps members and records its
checkpoints. Below it are what cannot be saved: reading the cells alone, and a signed request's way to the sink.
"""

import csv
import socket
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import orjson
from botocore.credentials import Credentials

from audience.aws.signature import Signer
from benchmarks.boto3_peers import Boto3Peers
from benchmarks.go_peer import GoPeer, NotBuiltError, built_in
from benchmarks.import_files import write_csv, write_ndjson
from benchmarks.import_piece import PieceImport
from benchmarks.measure import cpu_seconds, report
from benchmarks.service import KEY_ID, REGION, SECRET, TOKEN, SinkService, running_sink
from benchmarks.sink_settings import SinkSettings

ROUNDS = 8  # with fewer, ratios of one run and the next differ by half
ROWS = 20_000
ROWS_OF_BOTO3 = 3_000
MERGED_BY_BOTO3 = 1_000
BATCH = 25

Case = Callable[[], float]  # runs once, and returns the CPU of a row in µs


def ours(piece: PieceImport, path: Path, settings: SinkSettings | None = None) -> Case:
    """Return a case: the import of a file of ROWS by the worker."""

    def run() -> float:
        piece.prepare(path, settings)
        return _cpu_of(lambda: piece.run(path, ROWS), ROWS)

    return run


def theirs(running: SinkService, write: Callable[[Path], None], path: Path, rows: int) -> Case:
    """Return a case: a peer in this process that writes a file of so many rows."""

    def run() -> float:
        running.set(SinkSettings())
        cost = _cpu_of(lambda: write(path), rows)
        written = sum(running.counts()["items"].values())
        assert written == rows, f"{written} rows of {rows} were written"
        return cost

    return run


def of_go(running: SinkService, peer: GoPeer, path: Path) -> Case:
    """Return a case: ddbimport, in a process of its own."""

    def run() -> float:
        running.set(SinkSettings())
        cpu, _ = peer.run(running.url, path, ROWS)
        return cpu / ROWS * 1e6

    return run


def parse_csv(path: Path) -> None:
    """Read the cells of a CSV file."""
    with path.open(newline="") as file:
        for _ in csv.reader(file):
            pass


def parse_ndjson(path: Path) -> None:
    """Read the objects of a file of JSON lines."""
    with path.open("rb") as file:
        for line in file:
            orjson.loads(line)


def floor(running: SinkService, path: Path) -> Case:
    """Return a case: a signature, a request of 25 rows and an answer that nobody reads, for every 25 rows."""
    host, _, port = running.url.removeprefix("http://").partition(":")
    rows = path.read_text().splitlines()[1 : BATCH + 1]
    keys = ({"Statement": "INSERT", "Parameters": [{"S": f"E#{row}" * 3}]} for row in rows)
    body = orjson.dumps({"Statements": list(keys)})

    def run() -> float:
        signer = Signer(Credentials(KEY_ID, SECRET, TOKEN), REGION, f"{host}:{port}")
        with socket.create_connection((host, int(port))) as opened:

            def send() -> None:
                for _ in range(ROWS // BATCH):
                    opened.sendall(signer.head("BatchExecuteStatement", body, time.time()) + body)
                    opened.recv(65536)

            return _cpu_of(send, ROWS)

    return run


def _cpu_of(work: Callable[[], None], each: int) -> float:
    begun = cpu_seconds()
    work()
    return (cpu_seconds() - begun) / each * 1e6


def cases_in(folder: Path, running: SinkService) -> dict[str, Case]:
    """Write the files and return the cases of this process, in the order in which they are told."""
    rows = write_csv(folder / "rows.csv", ROWS)
    lines = write_ndjson(folder / "rows.json", ROWS)
    of_user = write_csv(folder / "user.csv", ROWS, 1)
    of_three = write_csv(folder / "three.csv", ROWS, 3)
    few = write_csv(folder / "few.csv", ROWS_OF_BOTO3)
    few_lines = write_ndjson(folder / "few.json", ROWS_OF_BOTO3)
    few_of_user = write_csv(folder / "few-users.csv", ROWS_OF_BOTO3, 1)
    fewer = write_csv(folder / "fewer.csv", MERGED_BY_BOTO3)
    piece, boto3 = PieceImport(running, folder), Boto3Peers(running)
    return {
        "our worker, CSV": ours(piece, rows),
        "boto3 batch_writer, CSV": theirs(running, boto3.put_csv, few, ROWS_OF_BOTO3),
        "our worker, NDJSON": ours(piece, lines),
        "boto3 batch_writer, NDJSON": theirs(running, boto3.put_ndjson, few_lines, ROWS_OF_BOTO3),
        "our worker, merged rows": ours(piece, rows, SinkSettings(duplicates=1.0)),
        "boto3 update_item, CSV": theirs(running, boto3.update_csv, fewer, MERGED_BY_BOTO3),
        "our worker, a user a row": ours(piece, of_user),
        "our worker, 3 rows a user": ours(piece, of_three),
        "boto3 batch_writer, CSV, no user item": theirs(running, boto3.put_csv, few_of_user, ROWS_OF_BOTO3),
        "csv.reader alone": lambda: _cpu_of(lambda: parse_csv(rows), ROWS),
        "orjson alone": lambda: _cpu_of(lambda: parse_ndjson(lines), ROWS),
        "signed requests of 25 rows alone": floor(running, rows),
    }


def main() -> None:
    """Measure all cases in turn, some rounds."""
    missing = {}
    with tempfile.TemporaryDirectory() as name, running_sink() as running:
        folder = Path(name)
        cases = cases_in(folder, running)
        try:
            cases["ddbimport (Go), CSV"] = of_go(running, built_in(folder), folder / "rows.csv")
        except NotBuiltError as error:
            missing["ddbimport (Go), CSV"] = str(error)
        found = dict.fromkeys(cases, float("inf"))
        for _ in range(ROUNDS):
            for case, run in cases.items():
                found[case] = min(found[case], run())
    title = f"CPU a row of 22 columns, {ROWS} rows, least of {ROUNDS} rounds"
    report("import_row", title, found, "our worker, CSV", missing=missing)


if __name__ == "__main__":
    main()

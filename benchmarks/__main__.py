"""Run all benchmarks (`make bench`); `python -m benchmarks.import_row` runs one of them.

They print ratios, because only those carry over to another machine: both sides of each are measured in the same run. No
AWS is needed: DynamoDB and S3 are a sink on the loop-back interface, in a process of its own, so that only the cost of
the client's side is measured. Each benchmark writes its figures to benchmarks/results/ and tells which of its goals
(benchmarks.goals) are met; at the end docs/speed.md and its pictures are made from them (benchmarks.speed_document).

- import_row: CPU of an imported row, whole way, next to boto3's batch_writer and update_item and to ddbimport (Go).
- import_tls: what TLS adds to it.
- import_rate: rows a second of one worker, where the table answers after 6 ms, also where it throttles.
- write_units: write units a row, with and without users, and where rows are there already.
- request_cost: CPU of a request to DynamoDB and of its signature, next to http.client, urllib3 and botocore.
- planning: how fast files are surveyed and cut, and the time to the first row.
- large_files: real files of 2 GB planned, and all cuts compared with a count of the whole file.
- state_machine: an import of 10,000 pieces in its state machine: payloads, history, transitions.
- dollars: what a million imported rows cost, item by item.
- export_cost: CPU of an exported endpoint, next to boto3's Query with json and gzip.
- cold_start: CPU of each handler's cold import, next to a handler that makes one boto3 client.
- worker_memory: the peak memory of an import, an export and a profile export worker, for few and for many data.
- records: how fast records are found in a file, and rows read from it, next to Python's csv.reader and orjson.

Each runs in a process of its own; this one stays small, because a process inherits the peak of the one it was forked
from (getrusage(2), ru_maxrss).
"""

import subprocess
import sys
import time

BENCHMARKS = (
    "import_row",
    "import_tls",
    "import_rate",
    "write_units",
    "request_cost",
    "planning",
    "large_files",
    "state_machine",
    "export_cost",
    "cold_start",
    "worker_memory",
    "records",
    "dollars",
    "speed_document",
)


def main() -> None:
    """Run one benchmark after the other, all of them even if one fails."""
    failed = []
    for name in BENCHMARKS:
        begun = time.monotonic()
        done = subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=False)  # noqa: S603  (our own module)
        print(f"({time.monotonic() - begun:.0f} s)\n", flush=True)
        if done.returncode:
            failed.append(name)
    if failed:
        raise SystemExit(f"failed: {', '.join(failed)}")


if __name__ == "__main__":
    main()

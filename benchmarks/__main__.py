"""Run all benchmarks (`make bench`); `python -m benchmarks.row_cost` runs one of them.

They print ratios, because only those carry over to another machine: both sides of each are measured in the same run.
No AWS is needed. DynamoDB is a null sink on the loop-back interface, in a process of its own, so that only the cost of
the client's side is measured:

- request_cost: CPU of a request to DynamoDB and of its signature, next to http.client, urllib3 and botocore.
- row_cost: CPU a row of the row loop's own UpdateItem, of boto3's, and of boto3's batch_writer.
- export_cost: CPU of an exported endpoint, next to boto3's Query with json and gzip.
- cold_start: CPU of each handler's cold import, next to a handler that makes one boto3 client.
- worker_memory: the peak memory of an import, an export and a profile export worker for ten times the data.
- records: how fast records are found in a file, next to Python's csv.reader.

Each runs in a process of its own; this one stays small, because a process inherits the peak of the one it was forked
from (getrusage(2), ru_maxrss).
"""

import subprocess
import sys

BENCHMARKS = ("request_cost", "row_cost", "export_cost", "cold_start", "worker_memory", "records")


def main() -> None:
    """Run one benchmark after the other."""
    for name in BENCHMARKS:
        subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=True)  # noqa: S603  (our own module)
        print()


if __name__ == "__main__":
    main()

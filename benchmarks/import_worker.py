"""Print the peak memory in MB and the CPU seconds of one import worker on one gzip file of a number of rows.

The worker is the real one: it reads, merges, keeps the members and the failures, and records its intervals.
"""

import gzip
import sys
import tempfile
from pathlib import Path

from audience.aws.async_dynamodb import OneAtATime
from audience.endpoints.store import endpoint_store
from audience.imports.reader import SourceReader
from audience.imports.worker import ImportWorker
from audience.settings import StorageSettings
from audience.sources.location import S3Location
from audience.sources.pieces import Source
from audience.sources.stream import ObjectStream
from benchmarks.null_aws import APP, key, null_s3, print_cost, stores
from benchmarks.service import row_client, sink

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


def run(url: str, path: Path) -> None:
    """Import the file as the only source of a piece."""
    size = path.stat().st_size
    place = S3Location("bucket", "rows.csv.gz")
    source: Source = {"key": place.key, "etag": "e", "size": size, "start": 0, "end": size, "line": 1}
    s3 = null_s3(path)

    def readers(number: int) -> SourceReader | None:
        if number:
            return None
        return SourceReader(ObjectStream(s3, place, size, "e"), source, place, APP, csv=True)

    jobs, pieces = stores()
    merger = endpoint_store(
        OneAtATime(row_client(url)), StorageSettings("control", "endpoints", "bucket"), APP
    )
    created = "2026-01-01T00:00:00.000Z"
    worker = ImportWorker(key("IMPORT"), created, True, jobs, pieces, s3, "bucket", merger)
    if not worker.run(0, readers, lambda: True, 0):
        raise SystemExit("the worker did not finish")


def main() -> None:
    """Run the worker on as many rows as the first argument says."""
    with tempfile.TemporaryDirectory() as folder, sink() as url:
        path = Path(folder) / "rows.csv.gz"
        write(path, int(sys.argv[1]))
        run(url, path)
    print_cost()


if __name__ == "__main__":
    main()

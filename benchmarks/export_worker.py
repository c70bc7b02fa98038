"""Print the peak memory in MB and the CPU seconds of one export worker on a number of endpoints.

The worker is the real one: it queries a shard page by page and writes gzip in parts of a multipart upload.
"""

import sys

from audience.endpoints.scan import ShardScan
from audience.exports.worker import ExportWorker
from audience.sources.location import S3Location
from benchmarks.null_aws import APP, key, null_s3, print_cost, stores
from benchmarks.service import row_client, sink


def run(url: str, endpoints: int) -> None:
    """Export one shard that holds all endpoints."""
    jobs, pieces = stores()
    scan = ShardScan(row_client(url), f"endpoints-{endpoints}", APP)
    worker = ExportWorker(key("EXPORT"), jobs, pieces, null_s3(), S3Location("bucket", "out/"), scan.all_of)
    if not worker.run({"index": 0, "shards": [0]}, lambda: True, 0):
        raise SystemExit("the worker did not finish")


def main() -> None:
    """Run the worker on as many endpoints as the first argument says."""
    with sink() as url:
        run(url, int(sys.argv[1]))
    print_cost()


if __name__ == "__main__":
    main()

"""Compare the CPU of an exported endpoint: our export worker, and boto3's Query with json and gzip.

Both read the same pages of a sink and compress at the same level; boto3's side nests nothing and keeps no checkpoint.
"""

import gzip
import json
from typing import Any

import boto3

from audience.aws.client_types import Table
from audience.aws.items import plain
from audience.endpoints.documents import document_of
from audience.endpoints.scan import ShardScan
from audience.exports.worker import ExportWorker
from audience.sources.location import S3Location
from benchmarks.measure import minima, report
from benchmarks.null_aws import APP, key, null_s3, stores
from benchmarks.service import KEY_ID, REGION, SECRET, TOKEN, row_client, sink

ENDPOINTS = 4000
ROUNDS = 4
NAME = f"endpoints-{ENDPOINTS}"


def with_worker(url: str) -> None:
    """Export one shard that holds all endpoints."""
    jobs, pieces = stores()
    scan = ShardScan(row_client(url), NAME, APP)
    worker = ExportWorker(key("EXPORT"), jobs, pieces, null_s3(), S3Location("bucket", "out/"), scan.all_of)
    assert worker.run({"index": 0, "shards": [0]}, lambda: True, 0)


def with_boto3(table: Table) -> None:
    """Write what boto3 returns as lines of JSON."""
    request: dict[str, Any] = {
        "KeyConditionExpression": "pk = :pk AND begins_with(sk, :prefix)",
        "ExpressionAttributeValues": {":pk": f"{APP}#00", ":prefix": "E#"},
    }
    written = 0
    with gzip.open("/dev/null", "wb", compresslevel=6) as file:
        while True:
            page = table.query(**request)
            for item in page["Items"]:
                file.write(json.dumps(plain(item)).encode() + b"\n")
            written += len(page["Items"])
            if "LastEvaluatedKey" not in page:
                break
            request["ExclusiveStartKey"] = page["LastEvaluatedKey"]
    assert written == ENDPOINTS


def with_documents(items: list[Any]) -> None:
    """Make documents of items that were read before."""
    for item in items:
        document_of(item, None)


def main() -> None:
    """Measure both, and the documents alone."""
    with sink() as url:
        session = boto3.Session(KEY_ID, SECRET, TOKEN, region_name=REGION)
        table = session.resource("dynamodb", endpoint_url=url).Table(NAME)
        items = [item for page in ShardScan(row_client(url), NAME, APP).pages(0, "E#") for item in page]
        cases = {
            "our export worker": lambda: with_worker(url),
            "of it, document_of": lambda: with_documents(items),
            "boto3 query, json, gzip": lambda: with_boto3(table),
        }
        found = minima(cases, ROUNDS, ENDPOINTS)
    report("export_cost", f"CPU an exported endpoint of 0.7 KB, of {ENDPOINTS}", found, "our export worker")


if __name__ == "__main__":
    main()

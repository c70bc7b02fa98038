"""Compare the CPU of an exported endpoint: our export worker, and boto3's Query with json and gzip.

Both read the same pages of a sink, with endpoints as real ones are (benchmarks.endpoint_items), or with endpoints each
of which has a user, whose attributes are read by BatchGetItem. boto3's side nests nothing and keeps no checkpoint.
"""

import gzip
import io
import json
from collections.abc import Callable
from functools import partial
from typing import Any

import boto3
import orjson

from audience.aws.client_types import Table
from audience.aws.items import plain
from audience.endpoints.documents import document_of
from audience.endpoints.scan import ShardScan
from audience.exports.worker import ExportWorker
from audience.gzip_member import GzipMember
from audience.sources.location import S3Location
from benchmarks.measure import minima, report
from benchmarks.null_aws import APP, key, null_s3, stores
from benchmarks.service import KEY_ID, REGION, SECRET, TOKEN, row_client, sink

ENDPOINTS = 4000
ROUNDS = 6
BATCH = 100  # keys that BatchGetItem takes
ALONE, WITH_USERS = f"endpoints-{ENDPOINTS}", f"users-{ENDPOINTS}"
OURS = "our export worker"


def with_worker(url: str, table: str) -> None:
    """Export one shard that holds all endpoints."""
    jobs, pieces = stores()
    scan = ShardScan(row_client(url), table, APP)
    worker = ExportWorker(key("EXPORT"), jobs, pieces, null_s3(), S3Location("bucket", "out/"), scan.all_of)
    assert worker.run({"index": 0, "shards": [0]}, lambda: True, 0)


def with_boto3(table: Table, join: Callable[[Table, list[Any]], list[Any]]) -> None:
    """Write what boto3 returns as lines of JSON."""
    request: dict[str, Any] = {
        "KeyConditionExpression": "pk = :pk AND begins_with(sk, :prefix)",
        "ExpressionAttributeValues": {":pk": f"{APP}#00", ":prefix": "E#"},
    }
    written = 0
    with gzip.open("/dev/null", "wb", compresslevel=6) as file:
        while True:
            page = table.query(**request)
            for item in join(table, page["Items"]):
                file.write(json.dumps(plain(item)).encode() + b"\n")
            written += len(page["Items"])
            if "LastEvaluatedKey" not in page:
                break
            request["ExclusiveStartKey"] = page["LastEvaluatedKey"]
    assert written == ENDPOINTS


def joined(table: Table, items: list[Any]) -> list[Any]:
    """Return endpoints with the attributes of their users, which boto3 reads in batches."""
    found: dict[Any, Any] = {}
    for start in range(0, len(items), BATCH):
        ids = {item["User.UserId"] for item in items[start : start + BATCH]}
        keys = [{"pk": f"{APP}#00", "sk": f"U#{each}"} for each in ids]
        reply = table.meta.client.batch_get_item(RequestItems={table.name: {"Keys": keys}})
        found |= {user["sk"][2:]: user for user in reply["Responses"][table.name]}
    return [found[item["User.UserId"]] | item for item in items]


def with_documents(items: list[Any]) -> None:
    """Make documents of items that were read before."""
    for item in items:
        document_of(item, None)


def lines_of(items: list[Any]) -> bytes:
    """Return the lines of an export file."""
    return b"".join(orjson.dumps(document_of(item, None), option=orjson.OPT_APPEND_NEWLINE) for item in items)


def with_zlib(lines: bytes) -> int:
    """Compress the lines as boto3's side does, and return their size."""
    return len(gzip.compress(lines, 6))


def with_gzip_member(lines: bytes) -> int:
    """Compress the lines as the worker does, and return their size."""
    file = io.BytesIO()
    with GzipMember(file) as member:
        member.write(lines)
    return len(file.getvalue())


def main() -> None:
    """Measure both with and without users, and parts of them alone."""
    with sink() as url:
        session = boto3.Session(KEY_ID, SECRET, TOKEN, region_name=REGION)
        tables = [session.resource("dynamodb", endpoint_url=url).Table(name) for name in (ALONE, WITH_USERS)]
        items = [item for page in ShardScan(row_client(url), ALONE, APP).pages(0, "E#") for item in page]
        lines = lines_of(items)
        cases: dict[str, Callable[[], object]] = {
            OURS: lambda: with_worker(url, ALONE),
            "of it, document_of": lambda: with_documents(items),
            "of it, zlib-ng": lambda: with_gzip_member(lines),
            "zlib at level 6 instead": lambda: with_zlib(lines),
            "boto3 query, json, gzip": lambda: with_boto3(tables[0], lambda _, found: found),
            "our export worker, with users": lambda: with_worker(url, WITH_USERS),
            "boto3 with batch_get_item": partial(with_boto3, tables[1], joined),
        }
        found = minima(cases, ROUNDS, ENDPOINTS)
        ours, theirs = with_gzip_member(lines) / ENDPOINTS, with_zlib(lines) / ENDPOINTS
    report("export_cost", f"CPU an exported endpoint of 1.0 KB, of {ENDPOINTS}", found, OURS)
    print(f"  compressed: {ours:.0f} bytes each by zlib-ng, {theirs:.0f} by zlib at level 6")


if __name__ == "__main__":
    main()

"""The plan of an export job: which shards of the app each piece takes."""

from collections.abc import Callable, Iterator
from typing import Any, NotRequired, TypedDict

from audience.aws.dynamodb import DynamoDBClient
from audience.endpoints.documents import Document
from audience.layout.endpoints_table import ENDPOINT, SHARDS, partition

Documents = Callable[[int, str], Iterator[Document]]  # reads those of a shard (0 to 63) that come after an id

# An endpoint is 300 to 1,000 bytes of JSON, so a piece is 3 to 10 MB of it (compressed a tenth, where values repeat as
# those of benchmarks/endpoint_items.py do), and there are several workers as soon as there is work for them.
ROWS_A_PIECE = 10_000
# Endpoints on a shard are counted up to this many pages of 1 MB: more than that is 64 pieces anyway.
_PAGES = 4


class ShardPiece(TypedDict):
    """A piece: its number in the plan, and its shards.

    `segment_version` is the version to export; `base_versions` has, by id, the newest versions of the segments that it
    is built on, as of when the plan was made.
    """

    index: int
    shards: list[int]
    segment_version: NotRequired[int]
    base_versions: NotRequired[dict[str, int]]


def cut(estimate: int, segment_version: int | None) -> list[ShardPiece]:
    """Cut the 64 shards into as many pieces as about `estimate` endpoints need."""
    count = max(1, min(SHARDS, -(-estimate // ROWS_A_PIECE)))
    pieces: list[ShardPiece] = []
    for index in range(count):
        shards = list(range(index * SHARDS // count, (index + 1) * SHARDS // count))
        piece: ShardPiece = {"index": index, "shards": shards}
        if segment_version is not None:
            piece["segment_version"] = segment_version
        pieces.append(piece)
    return pieces


def estimated(dynamodb: DynamoDBClient, table: str, application_id: str) -> int:
    """Estimate how many endpoints the app has.

    Ids are hashed, so one shard is a fair sample of the 64.
    """
    counts = _counts(dynamodb, table, partition(application_id, 0))
    return SHARDS * sum(count for count, _ in zip(counts, range(_PAGES), strict=False))


def _counts(dynamodb: DynamoDBClient, table: str, owner: str) -> Iterator[int]:
    request: dict[str, Any] = {
        "TableName": table,
        "KeyConditionExpression": "pk = :pk AND begins_with(sk, :prefix)",
        "ExpressionAttributeValues": {":pk": {"S": owner}, ":prefix": {"S": ENDPOINT}},
        "Select": "COUNT",
    }
    while True:
        page = dynamodb.call("Query", request)
        yield page["Count"]
        if "LastEvaluatedKey" not in page:
            return
        request["ExclusiveStartKey"] = page["LastEvaluatedKey"]

"""Events of one app, in the endpoints table: a partition for each endpoint, an item for each event.

A marker item in the endpoint's shard says that the endpoint has events; it may have events without being registered.
The marker is written before the first event, so that whoever reads the shards finds every event.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from typing import Any

import orjson

from audience.aws.dynamodb import ConditionFailedError, DynamoDBClient
from audience.errors import TableThrottledError
from audience.layout.endpoints_table import WITH_EVENTS, events_partition, marker_key, partition

EventItem = Mapping[str, Any]
# BatchWriteItem takes 25 items
# (https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html)
BATCH = 25
MAX_ROUNDS = 50
_NEVER_MS = 10**15


@dataclass(frozen=True)
class Event:
    """An event to record: `timestamp` is an ISO 8601 date, `document` has Pinpoint's members."""

    event_id: str
    event_type: str
    timestamp: str
    document: Mapping[str, Any]


@dataclass(frozen=True)
class StoredEvent:
    """A recorded event; `ingested` is when it was recorded, in milliseconds since 1970."""

    event_id: str
    endpoint_id: str
    event_type: str
    timestamp: str
    ingested: int
    document: dict[str, Any]


class EventStore:
    """The events of one app's endpoints."""

    def __init__(
        self,
        dynamodb: DynamoDBClient,
        table: str,
        application_id: str,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Keep the client, the endpoints table's name and the app.

        `clock` (seconds since 1970) is for the tests.
        """
        self._dynamodb = dynamodb
        self._table = table
        self._application_id = application_id
        self._clock = clock

    def put(self, endpoint_id: str, *events: Event) -> None:
        """Record events of an endpoint, registered or not; an event that is recorded already stays as it is.

        This takes one write for each event, and one more for the endpoint's first event.
        """
        self._mark(endpoint_id)
        for event in events:
            self._put(endpoint_id, event)
        # The endpoint may be removed meanwhile, with its marker and all but the last of these events.
        self._mark(endpoint_id)

    def of_endpoint(
        self, endpoint_id: str, after_ms: int | None = None, before_ms: int | None = None
    ) -> Iterator[StoredEvent]:
        """Return the events of an endpoint, in the order of their ids, not of their times.

        Args:
            endpoint_id: the endpoint.
            after_ms: only events recorded after this time, exclusive (ms since 1970).
            before_ms: only events recorded before this time, exclusive (ms since 1970).
        """
        query = self._query(events_partition(self._application_id, endpoint_id))
        query["FilterExpression"] = "ingested > :after AND ingested < :before"
        query["ExpressionAttributeValues"] |= {
            ":after": {"N": str(-1 if after_ms is None else after_ms)},
            ":before": {"N": str(_NEVER_MS if before_ms is None else before_ms)},
        }
        return map(_stored, self._items(query))

    def endpoints_with_events(self, shard: int) -> Iterator[str]:
        """Return the ids of a shard's endpoints that have events, sorted."""
        query = self._query(partition(self._application_id, shard))
        query["KeyConditionExpression"] += " AND begins_with(sk, :prefix)"
        query["ExpressionAttributeValues"][":prefix"] = {"S": WITH_EVENTS}
        query["ProjectionExpression"] = "sk"
        return (item["sk"]["S"][len(WITH_EVENTS) :] for item in self._items(query))

    def remove(self, endpoint_id: str) -> None:
        """Remove an endpoint's events, and its marker last, so that an interrupted removal can be repeated."""
        query = self._query(events_partition(self._application_id, endpoint_id))
        keys = self._items({**query, "ProjectionExpression": "pk, sk"})
        while some := list(islice(keys, BATCH)):
            self._delete(some)
        marker = marker_key(self._application_id, endpoint_id)
        self._dynamodb.call("DeleteItem", {"TableName": self._table, "Key": marker})

    def _mark(self, endpoint_id: str) -> None:
        """Write the marker if it is missing: it rarely is, and a read costs less than a write."""
        key = marker_key(self._application_id, endpoint_id)
        request = {"TableName": self._table, "Key": key, "ConsistentRead": True}
        if "Item" not in self._dynamodb.call("GetItem", request):
            self._dynamodb.call("PutItem", {"TableName": self._table, "Item": key})

    def _put(self, endpoint_id: str, event: Event) -> None:
        item = {
            "pk": {"S": events_partition(self._application_id, endpoint_id)},
            "sk": {"S": event.event_id},
            "endpoint_id": {"S": endpoint_id},
            "event_type": {"S": event.event_type},
            "timestamp": {"S": event.timestamp},
            "ingested": {"N": str(int(self._clock() * 1000))},
            "document": {"S": orjson.dumps(event.document).decode()},
        }
        request = {
            "TableName": self._table,
            "Item": item,
            "ConditionExpression": "attribute_not_exists(pk)",
        }
        with suppress(ConditionFailedError):
            self._dynamodb.call("PutItem", request)

    def _query(self, owner: str) -> dict[str, Any]:
        return {
            "TableName": self._table,
            "KeyConditionExpression": "pk = :pk",
            "ExpressionAttributeValues": {":pk": {"S": owner}},
            "ConsistentRead": True,
        }

    def _items(self, query: dict[str, Any]) -> Iterator[EventItem]:
        while True:
            page = self._dynamodb.call("Query", query)
            yield from page["Items"]
            if "LastEvaluatedKey" not in page:
                return
            query = {**query, "ExclusiveStartKey": page["LastEvaluatedKey"]}

    def _delete(self, keys: list[EventItem]) -> None:
        """Delete items by their keys, 25 at most."""
        requests = [{"DeleteRequest": {"Key": key}} for key in keys]
        for _ in range(MAX_ROUNDS):
            if not requests:
                return
            reply = self._dynamodb.call("BatchWriteItem", {"RequestItems": {self._table: requests}})
            requests = reply.get("UnprocessedItems", {}).get(self._table, [])
        raise TableThrottledError(f"BatchWriteItem left items unprocessed {MAX_ROUNDS} times")


def _stored(item: EventItem) -> StoredEvent:
    return StoredEvent(
        event_id=item["sk"]["S"],
        endpoint_id=item["endpoint_id"]["S"],
        event_type=item["event_type"]["S"],
        timestamp=item["timestamp"]["S"],
        ingested=int(item["ingested"]["N"]),
        document=orjson.loads(item["document"]["S"]),
    )

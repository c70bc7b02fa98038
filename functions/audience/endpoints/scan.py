"""Endpoints by the shard, as documents: what exports and dimensional segments go over."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

from audience.aws.dynamodb import DynamoDBClient
from audience.endpoints.documents import Document, EndpointItem, UserItem, document_of, id_of, user_id_of
from audience.errors import TableThrottledError
from audience.layout.endpoints_table import ENDPOINT, endpoint_key, partition, user_key

# What a shard holds of a kind, or a lookup finds.
Item = EndpointItem | UserItem
# BatchGetItem takes 100 keys
# (https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html)
BATCH = 100
MAX_ROUNDS = 50


class ShardScan:
    """Reads the endpoints of one app, shard by shard, each whole and with its user's attributes."""

    def __init__(self, dynamodb: DynamoDBClient, table: str, application_id: str) -> None:
        """Keep the client, the endpoints table's name and the app."""
        self._dynamodb = dynamodb
        self._table = table
        self._application_id = application_id

    def all_of(self, shard: int, after: str = "") -> Iterator[Document]:
        """Yield the endpoints of a shard by id, those after `after` where it is given."""
        for page in self.pages(shard, ENDPOINT, after):
            yield from self._with_users(page)

    def pages(self, shard: int, kind: str, after: str = "") -> Iterator[list[Item]]:
        """Yield the items of a kind (`E#`, `U#`) in a shard, by name, a page at a time.

        Only those after the name `after`, where it is given.
        """
        owner = {"S": partition(self._application_id, shard)}
        request: dict[str, Any] = {
            "TableName": self._table,
            "KeyConditionExpression": "pk = :pk AND begins_with(sk, :prefix)",
            "ExpressionAttributeValues": {":pk": owner, ":prefix": {"S": kind}},
            "ConsistentRead": True,
        }
        if after:
            request["ExclusiveStartKey"] = {"pk": owner, "sk": {"S": f"{kind}{after}"}}
        while True:
            page = self._dynamodb.call("Query", request)
            yield page["Items"]
            if "LastEvaluatedKey" not in page:
                return
            request["ExclusiveStartKey"] = page["LastEvaluatedKey"]

    def endpoints(self, names: Iterable[str]) -> dict[str, Item]:
        """Return the items of the endpoints of these ids, by id; those that are no more are left out."""
        return self._lookup(endpoint_key, names)

    def users(self, names: Iterable[str]) -> dict[str, Item]:
        """Return the items of the users of these ids, by id; those that are no more are left out."""
        return self._lookup(user_key, names)

    def named(self, endpoint_ids: Iterable[str]) -> Iterator[Document]:
        """Return the endpoints of these ids, in their order; those that are no more are left out."""
        names = iter(endpoint_ids)
        while some := list(islice(names, BATCH)):
            found = self.endpoints(some)
            yield from self._with_users([found[name] for name in some if name in found])

    def _with_users(self, items: list[Item]) -> Iterator[Document]:
        for start in range(0, len(items), BATCH):
            some = items[start : start + BATCH]
            users = self.users({user_id_of(item) for item in some} - {""})
            for item in some:
                yield document_of(item, users.get(user_id_of(item)))

    def _lookup(self, key: Callable[[str, str], dict[str, Any]], names: Iterable[str]) -> dict[str, Item]:
        found: dict[str, Item] = {}
        rest = iter(names)
        while some := list(islice(rest, BATCH)):
            found |= self._batch([key(self._application_id, name) for name in some])
        return found

    def _batch(self, keys: list[dict[str, Any]]) -> dict[str, Item]:
        """Return the items under these keys (100 at most), by their names."""
        found: dict[str, Item] = {}
        asked = {"Keys": keys, "ConsistentRead": True}
        for _ in range(MAX_ROUNDS):
            if not asked["Keys"]:
                return found
            reply = self._dynamodb.call("BatchGetItem", {"RequestItems": {self._table: asked}})
            for item in reply["Responses"].get(self._table, []):
                found[id_of(item)] = item
            rest = reply.get("UnprocessedKeys", {}).get(self._table, {"Keys": []})
            asked = {**asked, "Keys": rest["Keys"]}
        raise TableThrottledError(f"BatchGetItem left keys unprocessed {MAX_ROUNDS} times")

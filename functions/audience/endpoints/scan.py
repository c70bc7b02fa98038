"""Reads of endpoints shard by shard, for exports and dimensional segments."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from audience.aws.dynamodb import DynamoDBClient
from audience.endpoints.documents import Document, EndpointItem, UserItem, document_of, id_of
from audience.errors import TableThrottledError
from audience.layout.endpoints_table import ENDPOINT, endpoint_key, partition, user_key

Item = EndpointItem | UserItem
# BatchGetItem takes 100 keys
# (https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html)
BATCH = 100
MAX_ROUNDS = 50


class ShardScan:
    """A reader of one app's endpoints and users, shard by shard or by id."""

    def __init__(self, dynamodb: DynamoDBClient, table: str, application_id: str) -> None:
        """Keep the client, the endpoints table's name and the app."""
        self._dynamodb = dynamodb
        self._table = table
        self._application_id = application_id

    def all_of(self, shard: int, after: str = "") -> Iterator[Document]:
        """Yield the endpoints of a shard with their users' attributes, by id, only ids after `after` if given."""
        for page in self.pages(shard, ENDPOINT, after):
            yield from self._with_users(page)

    def pages(self, shard: int, kind: str, after: str = "", only: Sequence[str] = ()) -> Iterator[list[Item]]:
        """Yield the items of a kind (`E#` or `U#`) in a shard, by id, page by page.

        Only those with an id after `after`, if given; and of each only its key and these attributes, if given.
        """
        owner = {"S": partition(self._application_id, shard)}
        request: dict[str, Any] = {
            "TableName": self._table,
            "KeyConditionExpression": "pk = :pk AND begins_with(sk, :prefix)",
            "ExpressionAttributeValues": {":pk": owner, ":prefix": {"S": kind}},
            "ConsistentRead": True,
        }
        if only:
            names = {f"#{number}": name for number, name in enumerate(only)}
            request["ProjectionExpression"] = f"pk, sk, {', '.join(names)}"
            request["ExpressionAttributeNames"] = names
        if after:
            request["ExclusiveStartKey"] = {"pk": owner, "sk": {"S": f"{kind}{after}"}}
        while True:
            page = self._dynamodb.call("Query", request)
            yield page["Items"]
            if "LastEvaluatedKey" not in page:
                return
            request["ExclusiveStartKey"] = page["LastEvaluatedKey"]

    def endpoints(self, ids: Iterable[str]) -> dict[str, Item]:
        """Return the items of endpoints by id; ids without an endpoint are left out."""
        return self._lookup(endpoint_key, ids)

    def users(self, ids: Iterable[str]) -> dict[str, Item]:
        """Return the items of users by id; ids without a user are left out."""
        return self._lookup(user_key, ids)

    def named(self, endpoint_ids: Iterable[str]) -> Iterator[Document]:
        """Yield the endpoints with these ids in the given order; ids without an endpoint are left out."""
        ids = iter(endpoint_ids)
        while some := list(islice(ids, BATCH)):
            found = self.endpoints(some)
            yield from self._with_users([found[each] for each in some if each in found])

    def _with_users(self, items: list[Item]) -> Iterator[Document]:
        for start in range(0, len(items), BATCH):
            some = items[start : start + BATCH]
            users = self.users({item["User.UserId"]["S"] for item in some if "User.UserId" in item})
            for item in some:
                user = users.get(item["User.UserId"]["S"]) if "User.UserId" in item else None
                yield document_of(item, user)

    def _lookup(self, key: Callable[[str, str], dict[str, Any]], ids: Iterable[str]) -> dict[str, Item]:
        found: dict[str, Item] = {}
        rest = iter(ids)
        while some := list(islice(rest, BATCH)):
            found |= self._batch([key(self._application_id, each) for each in some])
        return found

    def _batch(self, keys: list[dict[str, Any]]) -> dict[str, Item]:
        """Return the items with these keys (100 at most), by id."""
        found: dict[str, Item] = {}
        request = {"Keys": keys, "ConsistentRead": True}
        for _ in range(MAX_ROUNDS):
            if not request["Keys"]:
                return found
            reply = self._dynamodb.call("BatchGetItem", {"RequestItems": {self._table: request}})
            for item in reply["Responses"].get(self._table, []):
                found[id_of(item)] = item
            rest = reply.get("UnprocessedKeys", {}).get(self._table, {"Keys": []})
            request = {**request, "Keys": rest["Keys"]}
        raise TableThrottledError(f"BatchGetItem left keys unprocessed {MAX_ROUNDS} times")

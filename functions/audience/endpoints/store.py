"""Endpoints of one app: the merge of rows, and the reads and deletes of the API."""

import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from audience.aws.dynamodb import DynamoDBClient, ItemTooLargeError
from audience.aws.pages import page_from
from audience.endpoints.attribute_names import AttributeNames
from audience.endpoints.documents import (
    Document,
    EndpointItem,
    UserItem,
    document_of,
    id_of,
    text_of,
    user_id_of,
)
from audience.endpoints.held_attributes import HeldAttributes
from audience.endpoints.row_writer import RowWriter
from audience.endpoints.rows import Row, RowInvalidError
from audience.endpoints.users import UserStore
from audience.events.store import EventStore
from audience.layout.endpoints_table import ENDPOINT, endpoint_key, partitions, shard_of
from audience.segments.members import Member
from audience.settings import StorageSettings


class EndpointStore:
    """The endpoints of one app, which rows are merged into."""

    def __init__(
        self,
        dynamodb: DynamoDBClient,
        table: str,
        application_id: str,
        names: AttributeNames,
        pause: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.time,
        dataset: str | None = None,
    ) -> None:
        """Keep the client, the endpoints table's name, the app and its attribute names.

        `pause` (seconds) and `clock` (seconds since 1970) are for the tests. `dataset` is the id of the dataset that
        rows are merged for; without one, endpoints keep the dataset that they have.
        """
        self._dynamodb = dynamodb
        self._table = table
        self._application_id = application_id
        self.names = names
        self.users = UserStore(dynamodb, table, application_id, pause, clock)
        self._held = HeldAttributes(dynamodb, table, application_id, self.users)
        self._writer = RowWriter(
            dynamodb, table, application_id, names, self.users, self._held, clock, dataset
        )
        self._events = EventStore(dynamodb, table, application_id)

    def merge(self, row: Row, now: str) -> list[Member]:
        """Merge a row into its endpoint and user; fields that it does not name stay as they are.

        This takes one write, one more if the row names a user, and a read only if the row is not enough to make an
        endpoint. Only where user attributes are given without a user id to an endpoint that has one, or removed, or
        an endpoint gets a user and held some before, it takes more. `now` is an ISO 8601 date.

        Returns:
            The endpoints that the row named, as members of a segment.

        Raises:
            RowInvalidError: the endpoint does not exist and the row is not enough to make it, the user has 15
                endpoints, the app 250 attribute names, or the endpoint or the user would be too large.
        """
        try:
            return self._writer.merge(row, now)
        except ItemTooLargeError:
            raise RowInvalidError("", "too large together with what is stored already") from None

    def members_of_user(self, row: Row) -> list[Member]:
        """Return all endpoints of the user that a row names; the row names no endpoint.

        Raises:
            RowInvalidError: the user has none.
        """
        return [Member(id_of(item), text_of(item, "ChannelType")) for item in self._writer.items_of_user(row)]

    def item(self, endpoint_id: str) -> EndpointItem | None:
        """Return the endpoint's item in DynamoDB's JSON, or None."""
        return self.users.endpoint(endpoint_id)

    def get(self, endpoint_id: str) -> Document | None:
        """Return the endpoint with its user's attributes, or None."""
        item = self.item(endpoint_id)
        return next(self._documents([item])) if item else None

    def delete(self, endpoint_id: str) -> Document | None:
        """Remove the endpoint, also from its user's set, and its events.

        Returns:
            The endpoint as it was, or None if there was none (there may have been events).
        """
        self._events.remove(endpoint_id)
        # Read before the delete: one that is sent again because its answer was lost would return nothing.
        item = self.item(endpoint_id)
        if item is not None:
            self._held.hand_over(item)
        self._dynamodb.call("DeleteItem", self._at(endpoint_id))
        if item is None:
            return None
        document = next(self._documents([item]))
        if user_id := user_id_of(item):
            self.users.remove_endpoint(user_id, endpoint_id)
        return document

    def of_user(self, user_id: str) -> list[Document]:
        """Return the endpoints of a user, by id."""
        user = self.users.find(user_id)
        return list(self._documents(self.users.endpoints(user))) if user else []

    def delete_user(self, user_id: str) -> list[Document]:
        """Remove a user with its endpoints and their events; return the endpoints as they were."""
        documents = self.of_user(user_id)
        for document in documents:
            self._events.remove(document["Id"])
            self._dynamodb.call("DeleteItem", self._at(document["Id"]))
        self.users.delete(user_id)
        return documents

    def page(self, limit: int, after: str | None) -> tuple[list[Document], str | None]:
        """Return one page of the app's endpoints, shard by shard, and the id to go on after (None at the end)."""
        page, more = page_from(self._documents(self._items_after(after, limit + 1)), limit)
        return page, str(page[-1]["Id"]) if more else None

    def existing(self, row: Row) -> EndpointItem:
        """Return the item of the endpoint of a row that is not enough to make it.

        Raises:
            RowInvalidError: there is no such endpoint.
        """
        return self._writer.existing(row)

    def _items_after(self, after: str | None, limit: int) -> Iterator[EndpointItem]:
        """Yield the endpoints after an id, shard by shard, in queries of `limit` items."""
        first = shard_of(after) if after is not None else 0
        for shard, owner in enumerate(partitions(self._application_id)):
            if shard >= first:
                start = after if shard == first else None
                yield from self._endpoints_of(owner, limit, start)

    def _endpoints_of(self, owner: str, limit: int, after: str | None) -> Iterator[EndpointItem]:
        request: dict[str, Any] = {
            "TableName": self._table,
            "KeyConditionExpression": "pk = :pk AND begins_with(sk, :prefix)",
            "ExpressionAttributeValues": {":pk": {"S": owner}, ":prefix": {"S": ENDPOINT}},
            "ConsistentRead": True,
            "Limit": limit,
        }
        if after is not None:
            request["ExclusiveStartKey"] = endpoint_key(self._application_id, after)
        while True:
            page = self._dynamodb.call("Query", request)
            yield from page["Items"]
            if "LastEvaluatedKey" not in page:
                return
            request["ExclusiveStartKey"] = page["LastEvaluatedKey"]

    def _documents(self, items: Iterable[EndpointItem]) -> Iterator[Document]:
        users: dict[str, UserItem | None] = {}
        for item in items:
            user_id = user_id_of(item)
            if user_id and user_id not in users:
                users[user_id] = self.users.find(user_id)
            yield document_of(item, users.get(user_id))

    def _at(self, endpoint_id: str) -> dict[str, Any]:
        return {"TableName": self._table, "Key": endpoint_key(self._application_id, endpoint_id)}


def endpoint_store(
    dynamodb: DynamoDBClient, settings: StorageSettings, application_id: str, dataset: str | None = None
) -> EndpointStore:
    """Return the store of one app's endpoints, which merges rows for `dataset` if given."""
    names = AttributeNames(dynamodb, settings.control_table, application_id)
    return EndpointStore(dynamodb, settings.endpoints_table, application_id, names, dataset=dataset)

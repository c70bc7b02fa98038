"""Endpoints of one app: the atomic merge of rows, and the reads and deletes of the API."""

import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from uuid import uuid4

from audience.aws.dynamodb import ConditionFailedError, DynamoDBClient, ItemTooLargeError
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
from audience.endpoints.expressions import Update, endpoint_update
from audience.endpoints.held_attributes import HeldAttributes
from audience.endpoints.rows import Row, RowInvalidError
from audience.endpoints.users import UserStore, no_endpoints
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
        self._events = EventStore(dynamodb, table, application_id)
        self._clock = clock
        self._dataset = dataset

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
            return self._merge(row, now)
        except ItemTooLargeError:
            raise RowInvalidError("", "too large together with what is stored already") from None

    def members_of_user(self, row: Row) -> list[Member]:
        """Return all endpoints of the user that a row names; the row names no endpoint.

        Raises:
            RowInvalidError: the user has none.
        """
        return [Member(id_of(item), text_of(item, "ChannelType")) for item in self._items_of_user(row)]

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
        self._dynamodb.call("DeleteItem", self._at(endpoint_id))
        if item is None:
            return None
        document = next(self._documents([item]))
        if user_id := user_id_of(item):
            self._remove_from_user(user_id, endpoint_id)
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
        item = self.item(row.endpoint_id)
        if item is None:
            missing = "ChannelType" if "Address" in row.fields else "Address"
            raise RowInvalidError(missing, "a new endpoint needs Address and ChannelType")
        return item

    def _merge(self, row: Row, now: str) -> list[Member]:
        if not row.endpoint_id:
            return self._merge_into_user(row)
        existing = None if row.creates else self.existing(row)
        if existing is not None and not row.fields and not row.user_attributes:
            return [Member(row.endpoint_id, text_of(existing, "ChannelType"))]
        self.names.admit(row)
        if row.user_id:
            channel = self._write_with_user(row, now)
        elif row.user_attributes:
            channel = self._write_with_attributes(row, now, existing)
        else:
            channel = self._write(row, now)
        return [Member(row.endpoint_id, channel)]

    def _merge_into_user(self, row: Row) -> list[Member]:
        """Merge a row that names only a user."""
        items = self._items_of_user(row)
        self.names.admit(row)
        if row.user_attributes:
            for item in items:
                self._held.hand_over(item)
            self.users.set_attributes(row.user_id, row.user_attributes)
        return [Member(id_of(item), text_of(item, "ChannelType")) for item in items]

    def _items_of_user(self, row: Row) -> list[EndpointItem]:
        user = self.users.find(row.user_id)
        items = self.users.endpoints(user) if user else []
        if not items:
            raise no_endpoints(row.user_id)
        return items

    def _write_with_user(self, row: Row, now: str) -> str:
        """Merge what a row says about the user that it names, and write the endpoint.

        The user is first, so that a row for a user without room writes nothing. What the row removes is removed last,
        because the user may get it from the endpoint.
        """
        kept = {name: values for name, values in row.user_attributes.items() if values}
        self.users.join(row.user_id, row.endpoint_id, kept)
        channel = self._write(row, now)
        if len(kept) < len(row.user_attributes):
            removed: dict[str, list[str]] = {name: [] for name in row.user_attributes.keys() - kept.keys()}
            self.users.set_attributes(row.user_id, removed)
        return channel

    def _write_with_attributes(self, row: Row, now: str, item: EndpointItem | None) -> str:
        """Write user attributes of a row that names no user to the endpoint's user, or to the endpoint if it has none.

        `item` is the endpoint as it was read, if it was.
        """
        while item is None or not user_id_of(item):
            update = endpoint_update(row, now, self._now_ms(), self._dataset, held=uuid4().hex)
            try:
                return self._channel(row, self._update(row, update))
            except ConditionFailedError:  # it has got a user, or was deleted
                item = self.item(row.endpoint_id) if row.creates else self.existing(row)
        self._held.hand_over(item)
        self.users.set_attributes(user_id_of(item), row.user_attributes)
        return self._write(row, now)

    def _write(self, row: Row, now: str) -> str:
        """Write the endpoint without user attributes, and return its channel.

        It is removed from the user that it had before, and what it holds becomes the user's that it has now.
        """
        update = endpoint_update(row, now, self._now_ms(), self._dataset)
        while True:
            try:
                before = self._update(row, update)
                break
            except ConditionFailedError:  # it was deleted, or holds what is another user's
                if item := self.item(row.endpoint_id) if row.creates else self.existing(row):
                    self._held.hand_over(item)
        former = user_id_of(before)
        if user_id := row.user_id or former:
            self._held.hand_over({**before, "User.UserId": {"S": user_id}})
        if row.user_id and former and former != row.user_id:
            self._remove_from_user(former, row.endpoint_id)
        return self._channel(row, before)

    def _update(self, row: Row, update: Update) -> EndpointItem:
        """Update the endpoint of a row; return it as it was, where the update asks for that."""
        reply = self._dynamodb.call("UpdateItem", {**self._at(row.endpoint_id), **update})
        before: EndpointItem = reply.get("Attributes", {})
        return before

    def _channel(self, row: Row, before: EndpointItem) -> str:
        return str(row.fields.get("ChannelType") or text_of(before, "ChannelType"))

    def _now_ms(self) -> int:
        return int(self._clock() * 1000)

    def _remove_from_user(self, former: str, endpoint_id: str) -> None:
        """Remove an endpoint from the set of the user it had."""
        self.users.leave(former, endpoint_id)
        # Another writer may have given it a user meanwhile, perhaps the same one again.
        if user_id := user_id_of(self.item(endpoint_id) or {}):
            self.users.join(user_id, endpoint_id, {})

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

"""Registered endpoints of one app, as the API shows and deletes them, one request after the other."""

import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from audience.aws.async_dynamodb import OneAtATime, finish
from audience.aws.dynamodb import DynamoDBClient
from audience.aws.pages import page_from
from audience.endpoints.attribute_names import AttributeNames
from audience.endpoints.deletions import Deletions
from audience.endpoints.documents import (
    Document,
    EndpointItem,
    UserItem,
    document_of,
    user_id_of,
)
from audience.endpoints.users import UserStore
from audience.events.store import EventStore
from audience.layout.endpoints_table import ENDPOINT, endpoint_key, partitions, shard_of


class RegisteredEndpoints:
    """The endpoints of one app that are registered, with their users and events."""

    def __init__(
        self,
        dynamodb: DynamoDBClient,
        table: str,
        application_id: str,
        names: AttributeNames,
        clock: Callable[[], float] = time.time,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        """Keep the client, the endpoints table's name, the app and its attribute names.

        `clock` (seconds since 1970) and `pause` (seconds) are for the tests.
        """
        self._dynamodb = dynamodb
        self._table = table
        self._application_id = application_id
        one_at_a_time = OneAtATime(dynamodb, pause)
        self._users = UserStore(one_at_a_time, table, application_id, clock)
        remove_events = EventStore(dynamodb, table, application_id).remove
        self._deletions = Deletions(one_at_a_time, table, application_id, names, remove_events, clock)

    def get(self, endpoint_id: str) -> Document | None:
        """Return the endpoint with its user's attributes, or None."""
        item = finish(self._users.endpoint(endpoint_id))
        return next(self._documents([item])) if item else None

    def delete(self, endpoint_id: str) -> Document | None:
        """Remove the endpoint, also from its user's set, and its events.

        Returns:
            The endpoint as it was, or None if there was none (there may have been events).
        """
        return finish(self._deletions.delete_endpoint(endpoint_id))

    def of_user(self, user_id: str) -> list[Document]:
        """Return the endpoints of a user, by id."""
        user = finish(self._users.find(user_id))
        return list(self._documents(finish(self._users.endpoints(user)))) if user else []

    def delete_user(self, user_id: str) -> list[Document]:
        """Remove a user with its endpoints and their events; return the endpoints as they were.

        This takes a second (audience.endpoints.settling).
        """
        return finish(self._deletions.delete_user(user_id))

    def page(self, limit: int, after: str | None) -> tuple[list[Document], str | None]:
        """Return one page of the app's endpoints, shard by shard, and the id to go on after (None at the end)."""
        page, more = page_from(self._documents(self._items_after(after, limit + 1)), limit)
        return page, str(page[-1]["Id"]) if more else None

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
                users[user_id] = finish(self._users.find(user_id))
            yield document_of(item, users.get(user_id))

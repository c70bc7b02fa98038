"""Deletions of endpoints and users, as the API asks for them."""

import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from uuid import uuid4

from audience.aws.async_dynamodb import AsyncDynamoDB
from audience.aws.dynamodb import ConditionFailedError
from audience.endpoints.attribute_names import AttributeNames
from audience.endpoints.documents import DELETION, Document, document_of, id_of, user_id_of
from audience.endpoints.held_attributes import HeldAttributes
from audience.endpoints.settling import SETTLE_S
from audience.endpoints.users import UserStore
from audience.layout.endpoints_table import endpoint_key, user_key


class Deletions:
    """The deletions of endpoints and users of one app."""

    def __init__(
        self,
        dynamodb: AsyncDynamoDB,
        table: str,
        application_id: str,
        names: AttributeNames,
        remove_events: Callable[[str], None],
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Keep the client, the table's name, the app, its attribute names, and what removes events by endpoint id.

        `clock` (seconds since 1970) is for the tests.
        """
        self._dynamodb = dynamodb
        self._table = table
        self._application_id = application_id
        self._remove_events = remove_events
        self._users = UserStore(dynamodb, table, application_id, clock)
        self._held = HeldAttributes(dynamodb, table, application_id, names, self._users)

    async def delete_endpoint(self, endpoint_id: str) -> Document | None:
        """Delete an endpoint, also from its user's set, and its events; see RegisteredEndpoints.delete."""
        self._remove_events(endpoint_id)
        # Read before the delete: one that is sent again because its answer was lost would return nothing.
        item = await self._users.endpoint(endpoint_id)
        if item is not None:
            await self._held.hand_over(item)
        await self._dynamodb.call("DeleteItem", self._at(endpoint_id))
        if item is None:
            return None
        user_id = user_id_of(item)
        document = document_of(item, await self._users.find(user_id) if user_id else None)
        if user_id:
            await self._users.remove_endpoint(user_id, item)
        return document

    async def delete_user(self, user_id: str) -> list[Document]:
        """Delete a user with its endpoints and their events; see RegisteredEndpoints.delete_user."""
        deleted: dict[str, Document] = {}
        while await self._begin(user_id, deletion := uuid4().hex):
            # A row that has joined the user has written its endpoint then, or looks at its user again.
            await self._dynamodb.pause(SETTLE_S)
            user = await self._users.find(user_id)
            for item in await self._users.endpoints(user) if user else []:
                self._remove_events(id_of(item))
                if await self._delete_of_user(id_of(item), user_id):
                    deleted[id_of(item)] = document_of(item, user)
            await self._end(user_id, deletion)
        return [deleted[endpoint_id] for endpoint_id in sorted(deleted)]

    async def _begin(self, user_id: str, deletion: str) -> bool:
        """Mark a user as being deleted, and return whether there is such a user."""
        request = {
            **self._at_user(user_id),
            "UpdateExpression": "SET #deletion = :deletion",
            "ConditionExpression": "attribute_exists(pk)",
            "ExpressionAttributeNames": {"#deletion": DELETION},
            "ExpressionAttributeValues": {":deletion": {"S": deletion}},
        }
        try:
            await self._dynamodb.call("UpdateItem", request)
        except ConditionFailedError:
            return False
        return True

    async def _end(self, user_id: str, deletion: str) -> None:
        """Remove the user and its attributes, unless an endpoint has joined it since the deletion began."""
        request = {
            **self._at_user(user_id),
            "ConditionExpression": "#deletion = :deletion",
            "ExpressionAttributeNames": {"#deletion": DELETION},
            "ExpressionAttributeValues": {":deletion": {"S": deletion}},
        }
        with suppress(ConditionFailedError):
            await self._dynamodb.call("DeleteItem", request)

    async def _delete_of_user(self, endpoint_id: str, user_id: str) -> bool:
        """Delete an endpoint if it still has a user; return whether it is gone."""
        request = {
            **self._at(endpoint_id),
            "ConditionExpression": "#user = :user",
            "ExpressionAttributeNames": {"#user": "User.UserId"},
            "ExpressionAttributeValues": {":user": {"S": user_id}},
        }
        try:
            await self._dynamodb.call("DeleteItem", request)
        except ConditionFailedError:  # also where the answer of a first try was lost
            return await self._users.endpoint(endpoint_id) is None
        return True

    def _at(self, endpoint_id: str) -> dict[str, Any]:
        return {"TableName": self._table, "Key": endpoint_key(self._application_id, endpoint_id)}

    def _at_user(self, user_id: str) -> dict[str, Any]:
        return {"TableName": self._table, "Key": user_key(self._application_id, user_id)}

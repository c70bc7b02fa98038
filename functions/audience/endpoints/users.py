"""Users: each is one item with the user attributes and the set of the user's endpoint ids."""

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any
from uuid import uuid4

from audience.aws.async_dynamodb import AsyncDynamoDB
from audience.aws.dynamodb import ConditionFailedError
from audience.endpoints.documents import (
    DELETION,
    ENDPOINT_IDS,
    INGESTED,
    REMOVED,
    AttributeValue,
    EndpointItem,
    UserItem,
    endpoint_ids_of,
    id_of,
    user_id_of,
)
from audience.endpoints.expressions import assignments
from audience.endpoints.fields import shown
from audience.endpoints.rows import RowInvalidError, Value
from audience.endpoints.settling import SETTLE_S, is_recent
from audience.layout.endpoints_table import endpoint_key, user_key

# "Maximum number of endpoints per user"
# (https://docs.aws.amazon.com/pinpoint/latest/developerguide/quotas.html)
MAX_ENDPOINTS = 15
# An attribute takes 32 bytes of an expression, which may have 4 KB
# (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html)
_ADDED_AT_ONCE = 100
_HAS_ROOM = "attribute_not_exists(#ids) OR contains(#ids, :id) OR size(#ids) < :most"


class UserStore:
    """The users of one app."""

    def __init__(
        self,
        dynamodb: AsyncDynamoDB,
        table: str,
        application_id: str,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Keep the client, the endpoints table's name and the app.

        `clock` (seconds since 1970) is for the tests.
        """
        self._clock = clock
        self._dynamodb = dynamodb
        self._table = table
        self._application_id = application_id

    async def find(self, user_id: str) -> UserItem | None:
        """Return the user's item in DynamoDB's JSON, or None."""
        request = {**self._at(user_id), "ConsistentRead": True}
        item: UserItem | None = (await self._dynamodb.call("GetItem", request)).get("Item")
        return item

    async def join(self, user_id: str, endpoint_id: str, attributes: Mapping[str, list[str]]) -> bool:
        """Add the endpoint to the user's set and merge the user attributes, in one write.

        Returns:
            Whether the endpoint was in the set before.

        Raises:
            RowInvalidError: the user has 15 other endpoints.
        """
        try:
            return await self._join(user_id, endpoint_id, attributes)
        except ConditionFailedError:
            # A worker that died between its two writes leaves an orphaned id: remove such ids and try once more.
            await self._remove_orphaned_ids(user_id)
            try:
                return await self._join(user_id, endpoint_id, attributes)
            except ConditionFailedError:
                raise too_many_endpoints() from None

    async def set_attributes(self, user_id: str, attributes: Mapping[str, list[str]]) -> bool:
        """Merge user attributes, and return whether there is such a user; nothing is written otherwise."""
        update = {**self._assignments(attributes), "ConditionExpression": "attribute_exists(pk)"}
        try:
            await self._dynamodb.call("UpdateItem", {**self._at(user_id), **update})
        except ConditionFailedError:
            return False
        return True

    async def add_missing(self, user: UserItem, attributes: Mapping[str, AttributeValue]) -> None:
        """Give a user those of some attributes that it lacks, as an endpoint's item has them.

        Raises:
            ConditionFailedError: since `user` was read, it was deleted or one of its attributes was removed.
        """
        names = list(attributes)
        for start in range(0, len(names), _ADDED_AT_ONCE):
            some = names[start : start + _ADDED_AT_ONCE]
            update = assignments({INGESTED: int(self._clock() * 1000)})
            for number, name in enumerate(some):
                update["UpdateExpression"] += f", #a{number} = if_not_exists(#a{number}, :a{number})"
                update["ExpressionAttributeNames"][f"#a{number}"] = name
                update["ExpressionAttributeValues"][f":a{number}"] = attributes[name]
            update["ConditionExpression"] = "attribute_exists(pk) AND attribute_not_exists(#removed)"
            update["ExpressionAttributeNames"]["#removed"] = REMOVED
            if REMOVED in user:
                update["ConditionExpression"] = "#removed = :removed"
                update["ExpressionAttributeValues"][":removed"] = user[REMOVED]
            await self._dynamodb.call("UpdateItem", {**self._at(id_of(user)), **update})

    async def leave(self, user_id: str, endpoint_id: str, *, keeps_id: bool = False) -> None:
        """Remove an endpoint from the user's set, or only date the user; if it is not in it, nothing is written."""
        update = self._assignments({})
        update["ConditionExpression"] = "contains(#ids, :id)"
        update["ExpressionAttributeNames"]["#ids"] = ENDPOINT_IDS
        update["ExpressionAttributeValues"][":id"] = {"S": endpoint_id}
        if not keeps_id:
            update["UpdateExpression"] += " DELETE #ids :set"
            update["ExpressionAttributeValues"][":set"] = {"SS": [endpoint_id]}
        with suppress(ConditionFailedError):
            await self._dynamodb.call("UpdateItem", {**self._at(user_id), **update})

    async def remove_endpoint(self, former: str, item: EndpointItem) -> None:
        """Remove an endpoint, given as it was, from the set of the user that it had; a recent one's id stays there.

        An id of no endpoint of the user does no harm, and goes when the user has no room left.
        """
        if is_recent(item, self._clock()):
            await self.leave(former, id_of(item), keeps_id=True)
        else:
            await self._remove_id(former, id_of(item))

    async def endpoint(self, endpoint_id: str) -> EndpointItem | None:
        """Return the endpoint's item in DynamoDB's JSON, or None."""
        key = endpoint_key(self._application_id, endpoint_id)
        request = {"TableName": self._table, "Key": key, "ConsistentRead": True}
        item: EndpointItem | None = (await self._dynamodb.call("GetItem", request)).get("Item")
        return item

    async def endpoints(self, user: UserItem) -> list[EndpointItem]:
        """Return the items of the user's endpoints, by id; orphaned ids of the set are left out."""
        user_id = id_of(user)
        found = [await self.endpoint(name) for name in endpoint_ids_of(user)]
        return [item for item in found if item and user_id_of(item) == user_id]

    async def _join(self, user_id: str, endpoint_id: str, attributes: Mapping[str, list[str]]) -> bool:
        # Without attributes only the set of the user changes, and its INGESTED stays: the endpoint's is written.
        update = assignments({**(self._fields(attributes) if attributes else {}), DELETION: []})
        update["UpdateExpression"] += " ADD #ids :set"
        update["ConditionExpression"] = _HAS_ROOM
        update["ExpressionAttributeNames"]["#ids"] = ENDPOINT_IDS
        update["ExpressionAttributeValues"].update(
            {
                ":set": {"SS": [endpoint_id]},
                ":id": {"S": endpoint_id},
                ":most": {"N": str(MAX_ENDPOINTS)},
            }
        )
        update["ReturnValues"] = "UPDATED_OLD"
        reply = await self._dynamodb.call("UpdateItem", {**self._at(user_id), **update})
        return endpoint_id in endpoint_ids_of(reply.get("Attributes", {}))

    def _assignments(self, attributes: Mapping[str, list[str]]) -> dict[str, Any]:
        return assignments(self._fields(attributes))

    def _fields(self, attributes: Mapping[str, list[str]]) -> dict[str, Value]:
        """Return the attributes, INGESTED, and REMOVED if one is removed."""
        removal = {REMOVED: uuid4().hex} if [] in attributes.values() else {}
        return {**attributes, **removal, INGESTED: int(self._clock() * 1000)}

    async def _remove_id(self, user_id: str, endpoint_id: str) -> None:
        await self.leave(user_id, endpoint_id)
        # Another writer may have given it a user meanwhile, perhaps the same one again.
        if new_user_id := user_id_of(await self.endpoint(endpoint_id) or {}):
            await self.join(new_user_id, endpoint_id, {})

    async def _remove_orphaned_ids(self, user_id: str) -> None:
        """Remove ids from the user's set that are no endpoints of it, also not after a pause."""
        orphaned = await self._orphaned_ids(user_id)
        if orphaned:
            await self._dynamodb.pause(SETTLE_S)
            for endpoint_id in orphaned & await self._orphaned_ids(user_id):
                await self._remove_id(user_id, endpoint_id)

    async def _orphaned_ids(self, user_id: str) -> set[str]:
        user = await self.find(user_id)
        if user is None:
            return set()
        own = {id_of(item) for item in await self.endpoints(user)}
        return {*endpoint_ids_of(user)} - own

    def _at(self, user_id: str) -> dict[str, Any]:
        return {"TableName": self._table, "Key": user_key(self._application_id, user_id)}


def too_many_endpoints() -> RowInvalidError:
    """Return the error for a user's sixteenth endpoint, in Pinpoint's words."""
    return RowInvalidError("User.UserId", f"Exceeded maximum endpoint per user count: {MAX_ENDPOINTS}")


def no_endpoints(user_id: str) -> RowInvalidError:
    """Return the error for a row that names only a user, if the user has no endpoints."""
    return RowInvalidError("User.UserId", f"{shown(user_id)} has no endpoints")

"""User attributes that an endpoint without a user holds: they become the user's that it gets.

Rows give an endpoint user attributes only while it has no user (audience.endpoints.expressions), so what it holds does
not change once it has one. Whoever finds such an endpoint then hands over: the user first, the endpoint afterwards, so
that a worker that dies in between loses nothing, and the next one goes on.
"""

from typing import Any

from audience.aws.async_dynamodb import AsyncDynamoDB
from audience.aws.dynamodb import ConditionFailedError
from audience.endpoints.attribute_names import AttributeNames
from audience.endpoints.documents import DELETION, HELD, EndpointItem, id_of, user_attributes_of, user_id_of
from audience.endpoints.users import UserStore
from audience.layout.endpoints_table import endpoint_key


class HeldAttributes:
    """The user attributes that the endpoints of one app hold."""

    def __init__(
        self,
        dynamodb: AsyncDynamoDB,
        table: str,
        application_id: str,
        names: AttributeNames,
        users: UserStore,
    ) -> None:
        """Keep the client, the endpoints table's name, the app, its attribute names and its users."""
        self._dynamodb = dynamodb
        self._table = table
        self._application_id = application_id
        self._names = names
        self._users = users

    async def hand_over(self, item: EndpointItem) -> None:
        """Give the user of an endpoint what the endpoint holds; what the user has of its own stays.

        What leaves the app is not handed over: its removal may have been at the user already. If the endpoint holds
        nothing, this takes no request.
        """
        user_id = user_id_of(item)
        while user_id and HELD in item:
            # Read before the endpoint: a removal that begins after this waits for whoever hands over.
            leaving = await self._names.leaving()
            # Read before the endpoint: who removes a user attribute hands over first, so what is removed after this
            # is either gone from the endpoint or refuses the addition.
            user = await self._users.find(user_id)
            found = await self._users.endpoint(id_of(item))
            if found is None or HELD not in found or user_id_of(found) != user_id:
                return
            if user is None or DELETION in user:  # its deletion may not have seen the endpoint
                await self._users.join(user_id, id_of(item), {})
                continue
            try:
                handed = {
                    name: values for name, values in user_attributes_of(found).items() if name not in leaving
                }
                await self._users.add_missing(user, handed)
                await self._release(found)
            except ConditionFailedError:
                continue
            return

    async def _release(self, item: EndpointItem) -> None:
        """Remove from an endpoint what it held when it was read, if it still has the same user."""
        names = {f"#{number}": name for number, name in enumerate([HELD, *user_attributes_of(item)])}
        request: dict[str, Any] = {
            "TableName": self._table,
            "Key": endpoint_key(self._application_id, id_of(item)),
            "UpdateExpression": f"REMOVE {', '.join(names)}",
            "ConditionExpression": "#0 = :held AND #user = :user",
            "ExpressionAttributeNames": {**names, "#user": "User.UserId"},
            "ExpressionAttributeValues": {":held": item[HELD], ":user": item["User.UserId"]},
        }
        await self._dynamodb.call("UpdateItem", request)

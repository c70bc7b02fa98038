"""The writing of a row: into its endpoint, and into the user that the endpoint has or gets."""

import time
from collections.abc import Callable
from uuid import uuid4

from audience.aws.async_dynamodb import AsyncDynamoDB
from audience.aws.dynamodb import ConditionFailedError
from audience.endpoints.attribute_names import AttributeNames
from audience.endpoints.documents import EndpointItem, id_of, text_of, user_id_of
from audience.endpoints.given_attributes import given_to, with_gift
from audience.endpoints.held_attributes import HeldAttributes
from audience.endpoints.rows import Row, RowInvalidError
from audience.endpoints.settling import SETTLE_S, has_settled
from audience.endpoints.update_requests import UpdateRequests
from audience.endpoints.users import UserStore, no_endpoints
from audience.segments.members import Member


class RowWriter:
    """The writes that merge rows into the endpoints and users of one app."""

    def __init__(
        self,
        dynamodb: AsyncDynamoDB,
        table: str,
        application_id: str,
        names: AttributeNames,
        users: UserStore,
        held: HeldAttributes,
        clock: Callable[[], float] = time.time,
        elapsed: Callable[[], float] = time.monotonic,
        dataset: str | None = None,
    ) -> None:
        """Keep what audience.endpoints.store.EndpointStore is made of."""
        self._elapsed = elapsed
        self._dynamodb = dynamodb
        self._names = names
        self._users = users
        self._held = held
        self._clock = clock
        self._requests = UpdateRequests(table, application_id, dataset)

    async def merge(self, row: Row, now: str) -> list[Member]:
        """Merge a row and return the endpoints that it named; see EndpointStore.merge.

        Raises:
            RowInvalidError: the row cannot go in.
            ItemTooLargeError: the endpoint or the user would be too large.
        """
        if not row.endpoint_id:
            return await self._merge_into_user(row)
        existing = None if row.creates else await self.existing(row)
        if existing is not None and not row.fields and not row.user_attributes:
            return [Member(row.endpoint_id, text_of(existing, "ChannelType"))]
        await self._names.admit(row.names)
        if row.user_id:
            channel = await self._write_with_user(row, now)
        elif row.user_attributes:
            channel = await self._write_with_attributes(row, now, existing)
        else:
            channel = await self._write(row, now)
        return [Member(row.endpoint_id, channel)]

    async def existing(self, row: Row) -> EndpointItem:
        """Return the item of the endpoint of a row that is not enough to make it.

        Raises:
            RowInvalidError: there is no such endpoint.
        """
        item = await self._users.endpoint(row.endpoint_id)
        if item is None:
            raise incomplete(row)
        return item

    async def items_of_user(self, row: Row) -> list[EndpointItem]:
        """Return the items of the endpoints of the user that a row names.

        Raises:
            RowInvalidError: the user has none.
        """
        user = await self._users.find(row.user_id)
        items = await self._users.endpoints(user) if user else []
        if not items:
            raise no_endpoints(row.user_id)
        return items

    async def _merge_into_user(self, row: Row) -> list[Member]:
        """Merge a row that names only a user."""
        items = await self.items_of_user(row)
        await self._names.admit(row.names)
        if row.user_attributes:
            for item in items:
                await self._held.hand_over(item)
            if not await self._users.set_attributes(row.user_id, row.user_attributes):
                raise no_endpoints(row.user_id)  # they were deleted meanwhile
        return [Member(id_of(item), text_of(item, "ChannelType")) for item in items]

    async def _write_with_user(self, row: Row, now: str) -> str:
        """Merge what a row says about the user that it names, and write the endpoint.

        The user is first, so that a row for a user without room writes nothing. The endpoint is removed from the user
        that it had before, and what it holds becomes the user's that it has now.
        """
        while True:
            begun = self._elapsed()
            in_set = await self._users.join(row.user_id, row.endpoint_id, row.user_attributes)
            try:
                before = await self._update(self._endpoint_update(row, now))
            except ConditionFailedError:  # it was deleted, or holds what its user has to get before this row
                if item := await self._found(row):
                    await self._held.hand_over(item)
                continue
            was_slow = self._elapsed() - begun >= SETTLE_S
            await self._after_write(row, before, in_set=in_set)
            if was_slow or (in_set and user_id_of(before) != row.user_id):
                await self._settle(row)
            return self._channel(row, before)

    async def _settle(self, row: Row) -> None:
        """Join the user of a row that was written again, if it was deleted meanwhile, or the id has left its set."""
        if has_settled(await self._users.find(row.user_id), row):
            return
        if user_id_of(await self._users.endpoint(row.endpoint_id) or {}) == row.user_id:
            await self._users.join(row.user_id, row.endpoint_id, row.user_attributes)

    async def _after_write(self, row: Row, before: EndpointItem, *, in_set: bool) -> None:
        """Do what the write of an endpoint makes necessary; `in_set` is whether its id was in its user's set before.

        What the endpoint held becomes the user's. What another writer may have undone is repeated: it has joined the
        user between the row's two writes, and handed over what the row removes. A former user is left.
        """
        await self._held.hand_over({**before, "User.UserId": {"S": row.user_id}})
        former = user_id_of(before)
        removed = {name: values for name, values in row.user_attributes.items() if not values}
        if removed and not in_set and former == row.user_id:
            await self._users.set_attributes(row.user_id, removed)
        if former and former != row.user_id:
            await self._users.remove_endpoint(former, before)

    async def _write_with_attributes(self, row: Row, now: str, item: EndpointItem | None) -> str:
        """Write user attributes of a row that names no user to the endpoint's user, or to the endpoint if it has none.

        `item` is the endpoint as it was read, if it was. The endpoint is first: only then is it known whose they are.
        """
        while True:
            user_id = user_id_of(item or {})
            try:
                if item is None or not user_id:
                    return await self._hold(with_gift(row, item or {}, ""), now)
                await self._held.hand_over(item)
                before = given_to(item, row)
                written = with_gift(row, item, user_id) if before is None else row
                update = self._endpoint_update(written, now, of_user=user_id)
                channel = self._channel(row, await self._update(update))
            except ConditionFailedError:  # it has got a user, or another one, or was deleted
                item = await self._found(row)
                continue
            owner = user_id if before is None else before
            if not owner:  # it was what the endpoint held
                return channel
            if await self._users.set_attributes(owner, row.user_attributes) or owner != user_id:
                return channel
            item = await self._found(row)
            if user_id_of(item or {}) == user_id:  # the user was deleted while the endpoint joined it
                await self._users.join(user_id, row.endpoint_id, {})

    async def _hold(self, row: Row, now: str) -> str:
        update = self._endpoint_update(row, now, held=uuid4().hex)
        return self._channel(row, await self._update(update))

    async def _write(self, row: Row, now: str) -> str:
        """Write an endpoint of which the row names neither user nor user attributes, and return its channel."""
        try:
            before = await self._update(self._endpoint_update(row, now))
        except ConditionFailedError:
            raise incomplete(row) from None
        await self._held.hand_over(before)
        return self._channel(row, before)

    async def _found(self, row: Row) -> EndpointItem | None:
        """Return the endpoint after a condition of its write did not hold; None if the row is enough to make it."""
        return await self._users.endpoint(row.endpoint_id) if row.creates else await self.existing(row)

    def _endpoint_update(self, row: Row, now: str, *, held: str | None = None, of_user: str = "") -> bytes:
        """Return the request that updates the endpoint of a row."""
        return self._requests.of(row, now, int(self._clock() * 1000), held, of_user)

    async def _update(self, request: bytes) -> EndpointItem:
        """Update an endpoint; return it as it was, where the request asks for that."""
        before: EndpointItem = (await self._dynamodb.call("UpdateItem", request)).get("Attributes", {})
        return before

    def _channel(self, row: Row, before: EndpointItem) -> str:
        return row.channel or text_of(before, "ChannelType")


def incomplete(row: Row) -> RowInvalidError:
    """Return the error for a row that is not enough to make an endpoint, if there is none."""
    missing = "ChannelType" if "Address" in row.fields else "Address"
    return RowInvalidError(missing, "a new endpoint needs Address and ChannelType")

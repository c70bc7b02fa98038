"""A dry run: checks each row as a merge would, and writes nothing."""

from audience.endpoints.documents import id_of, user_id_of
from audience.endpoints.rows import Row
from audience.endpoints.store import EndpointStore
from audience.endpoints.users import MAX_ENDPOINTS, no_endpoints, too_many_endpoints
from audience.segments.members import Member


class DryRun:
    """A merger that only checks rows; of earlier rows that matter it knows those of its own piece."""

    def __init__(self, endpoints: EndpointStore) -> None:
        """Keep the registered endpoints, which are only read."""
        self._endpoints = endpoints
        # Endpoints that rows would have made or changed, with the ids of their users; None: as the table has it.
        self._user_of: dict[str, str | None] = {}
        self._endpoints_of: dict[str, set[str]] = {}  # the ids of users' endpoints

    def key(self, row: Row) -> str:  # noqa: ARG002 - as every merger
        """Return one key for all rows: what a row is judged by is what all rows before it would have made."""
        return ""

    async def merge(self, row: Row, now: str) -> list[Member]:  # noqa: ARG002 - as every merger
        """Check the row; return no members, because there will be no segment.

        Raises:
            RowInvalidError: the row could not go in.
        """
        if row.endpoint_id:
            await self._check(row)
        elif not await self._endpoint_ids(row.user_id):
            raise no_endpoints(row.user_id)
        else:
            await self._endpoints.names.check(row.names)
        return []

    async def _check(self, row: Row) -> None:
        former = await self._former_user(row)
        await self._endpoints.names.check(row.names)
        if row.user_id:
            await self._join_user(row, former)
        self._user_of[row.endpoint_id] = row.user_id or former

    async def _former_user(self, row: Row) -> str | None:
        """Return the id of the user that the row's endpoint has now.

        It is empty for none, and None if it does not matter.

        Raises:
            RowInvalidError: there is no such endpoint, and the row is not enough to make it.
        """
        known = self._user_of.get(row.endpoint_id)
        if known is not None:
            return known
        if row.creates or row.endpoint_id in self._user_of:
            if not row.user_id:
                return None
            item = await self._endpoints.item(row.endpoint_id) or {}
        else:
            item = await self._endpoints.existing(row)
        return user_id_of(item)

    async def _join_user(self, row: Row, former: str | None) -> None:
        own = await self._endpoint_ids(row.user_id)
        if row.endpoint_id not in own and len(own) >= MAX_ENDPOINTS:
            raise too_many_endpoints()
        own.add(row.endpoint_id)
        if former and former != row.user_id:
            (await self._endpoint_ids(former)).discard(row.endpoint_id)

    async def _endpoint_ids(self, user_id: str) -> set[str]:
        """Return the ids of the user's endpoints after the rows before this one."""
        if user_id not in self._endpoints_of:
            user = await self._endpoints.users.find(user_id)
            items = await self._endpoints.users.endpoints(user) if user else []
            self._endpoints_of[user_id] = {id_of(item) for item in items}
        return self._endpoints_of[user_id]

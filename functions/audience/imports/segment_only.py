"""A job that registers no endpoints: its segment holds them, and the endpoints table stays as it is."""

from audience.endpoints.documents import (
    EndpointItem,
    UserItem,
    document_of,
    text_of,
    user_attributes_of,
    user_id_of,
)
from audience.endpoints.expressions import typed
from audience.endpoints.rows import Row
from audience.endpoints.store import EndpointStore
from audience.layout.endpoints_table import ENDPOINT
from audience.segments.members import Member


class SegmentOnly:
    """A merger that returns the endpoints of a row as they would be, without writing them."""

    def __init__(self, endpoints: EndpointStore) -> None:
        """Keep the registered endpoints, which a row may add to."""
        self._endpoints = endpoints

    def key(self, row: Row) -> str:
        """Return the key of a row, as EndpointStore does."""
        return self._endpoints.key(row)

    async def merge(self, row: Row, now: str) -> list[Member]:
        """Return the row's members with their definitions; `now` is an ISO 8601 date.

        Raises:
            RowInvalidError: the row is not enough to make an endpoint, and there is none to add to.
        """
        if not row.endpoint_id:
            return await self._endpoints.members_of_user(row)
        existing = {} if row.creates else await self._endpoints.existing(row)
        defaults = {
            "EndpointStatus": typed("ACTIVE"),
            "EffectiveDate": typed(now),
            "CreationDate": typed(now),
        }
        user = await self._user(row, existing)
        given = {**row.fields, **row.user_attributes}
        named = {name: typed(value) for name, value in given.items()}
        key = {"sk": typed(f"{ENDPOINT}{row.endpoint_id}")}
        merged: EndpointItem = {**defaults, **existing, **user_attributes_of(user), **named, **key}
        item = {name: value for name, value in merged.items() if given.get(name) != []}
        return [Member(row.endpoint_id, text_of(item, "ChannelType"), document_of(item, None))]

    async def _user(self, row: Row, existing: EndpointItem) -> UserItem:
        """Return the user that a registered endpoint would have after the row; an empty item for none."""
        user_id = row.user_id or user_id_of(existing)
        return (await self._endpoints.users.find(user_id) if existing and user_id else None) or {}

"""Rows of a job that registers no endpoints: the segment holds them, the tables stay as they are."""

from audience.endpoints.documents import document_of
from audience.endpoints.expressions import typed
from audience.endpoints.rows import Row
from audience.endpoints.store import EndpointStore
from audience.segments.members import Member


class SegmentOnly:
    """Says what the endpoints of a row would be, without writing them."""

    def __init__(self, endpoints: EndpointStore) -> None:
        """Keep the registered endpoints, which a row may add to."""
        self._endpoints = endpoints

    def merge(self, row: Row, now: str) -> list[Member]:
        """Return the row's members with their definitions; `now` is an ISO 8601 date.

        Raises:
            RowInvalidError: the row is not enough to make an endpoint, and there is none to add to.
        """
        if not row.endpoint_id:
            return self._endpoints.members_of_user(row)
        existing = {} if row.creates else self._endpoints.existing(row)
        ours = {name: typed(value) for name, value in row.fields.items() if value != []}
        born = {"EndpointStatus": typed("ACTIVE"), "EffectiveDate": typed(now), "CreationDate": typed(now)}
        gone = {name for name, value in row.fields.items() if value == []}
        merged = {**born, **existing, **ours, "sk": {"S": f"E#{row.endpoint_id}"}}
        item = {name: value for name, value in merged.items() if name not in gone}
        user = {name: typed(values) for name, values in row.user_attributes.items() if values}
        definition = document_of(item, user)
        return [Member(row.endpoint_id, item["ChannelType"]["S"], definition)]

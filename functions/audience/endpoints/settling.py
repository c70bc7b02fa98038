"""The moment between a row's two writes: of its user, which gets the endpoint's id, and of its endpoint.

Who deletes users, or takes ids out of their sets, cannot see a row that is in this moment, and the row does not look at
its user again afterwards: that would be one request more for each. Instead both keep to a time:

- A user is deleted SETTLE_S after the deletion began, and only if nothing has joined it since. An id leaves a set if it
  has been there that long: an endpoint is written after its id came into the set, so RECENT_S tells.
- A row whose two writes took SETTLE_S or more looks at its user again after them. So does one that found its id in the
  set of an endpoint that was not the user's. If the user has not what the row says, it is joined again.

So a row is quick, and is seen by who deletes or takes out, or it looks and sees what they did.
"""

from audience.endpoints.documents import (
    DELETION,
    EndpointItem,
    UserItem,
    endpoint_ids_of,
    ingested_of,
)
from audience.endpoints.rows import Row

# A row's two writes take less, some 20 ms, unless the table throttles. The deletion of a user waits as long.
SETTLE_S = 1.0
# How long ago an endpoint must have been written for its id to leave a set: SETTLE_S, the time that a slow request
# takes between being made and being carried out, and the difference between two clocks.
RECENT_S = 60.0


def is_recent(item: EndpointItem, seconds: float) -> bool:
    """Return whether an endpoint was written so shortly before a moment that its id has to stay in its user's set.

    `seconds` is the moment, since 1970.
    """
    return ingested_of(item) / 1000 > seconds - RECENT_S


def has_settled(user: UserItem | None, row: Row) -> bool:
    """Return whether a row's user has its endpoint and attributes, and is not about to be deleted."""
    if user is None or DELETION in user or row.endpoint_id not in endpoint_ids_of(user):
        return False
    return all((name in user) == bool(values) for name, values in row.user_attributes.items())

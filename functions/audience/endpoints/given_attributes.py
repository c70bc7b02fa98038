"""Whom the rows of a piece gave user attributes that named no user: a second run of them gives those to the same users.

Such attributes are the user's that the endpoint has. When a row runs again, the endpoint may have another user from a
later row, which must not get them. So the endpoint has a list of the last piece that gave it some (GIVEN): the piece,
and for each user, in their order, the position of the last row that gave it some. Until the endpoint has a user, the
user's id is empty there: what it holds then becomes its first user's (audience.endpoints.held_attributes).
"""

from collections.abc import Sequence

from audience.endpoints.documents import GIVEN, EndpointItem
from audience.endpoints.rows import Position, Row

MOST = 8  # users that are remembered


def given_to(item: EndpointItem, row: Row) -> str | None:
    """Return the user that a row gave its attributes to when it ran before; None if it did not.

    It is empty if the endpoint had no user: what it held is the user's then that it got.
    """
    if row.position is None:
        return None
    gifts = _gifts(item, row.position)
    return next((user_id for source, line, user_id in gifts if row.position[1:] <= (source, line)), None)


def with_gift(row: Row, item: EndpointItem, user_id: str) -> Row:
    """Return a row that also says on its endpoint, which is `item`, that it gives its attributes to a user."""
    if row.position is None:
        return row
    piece, source, line = row.position
    gifts = _gifts(item, row.position)
    others = gifts[:-1] if gifts and gifts[-1][2] == user_id else gifts
    last = [*others, (source, line, user_id)][-MOST:]
    fields = {**row.fields, GIVEN: [piece, *(f"{at} {of} {to}" for at, of, to in last)]}
    return Row(row.endpoint_id, row.user_id, fields, row.user_attributes, row.position)


def _gifts(item: EndpointItem, position: Position) -> Sequence[tuple[int, int, str]]:
    """Return what the rows of a piece gave: source and line of the last row for each user, and the user."""
    piece, *gifts = [each["S"] for each in item[GIVEN]["L"]] if GIVEN in item else [""]
    if piece != position.piece:
        return []
    parts = [gift.split(" ", 2) for gift in gifts]
    return [(int(source), int(line), user_id) for source, line, user_id in parts]

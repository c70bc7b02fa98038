"""Joins of users: the endpoints of several rows become one user's in one write, with the rows' user attributes."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from audience.endpoints.documents import DELETION, ENDPOINT_IDS, INGESTED, REMOVED
from audience.endpoints.expressions import assignments
from audience.endpoints.insert_statements import NewFields
from audience.endpoints.rows import Row, Value
from audience.endpoints.users import MAX_ENDPOINTS
from audience.layout.endpoints_table import user_key


@dataclass
class UserJoin:
    """What rows say about one user, as one write in place of one a row (audience.endpoints.users.UserStore.join)."""

    user_id: str
    endpoint_ids: list[str] = field(default_factory=list)
    attributes: dict[str, list[str]] = field(default_factory=dict)  # of later rows where several name them
    removes: bool = False  # whether a row removes an attribute, also one that a later row sets again

    def add(self, row: Row) -> None:
        """Add a row of the user."""
        self.endpoint_ids.append(row.endpoint_id)
        if row.user_attributes:
            self.attributes |= row.user_attributes
            self.removes = self.removes or [] in row.user_attributes.values()

    def new_fields(self, ingested: int) -> NewFields:
        """Return what the user has if there is none yet; `ingested` is this moment, in milliseconds since 1970."""
        return {**self._fields(ingested), ENDPOINT_IDS: frozenset(self.endpoint_ids)}

    def update(self, application_id: str, ingested: int) -> dict[str, Any]:
        """Return the request of UpdateItem, but for the table, which answers with the ids that were in the set.

        It holds where the user has room for all endpoints, or all are in its set.
        """
        update = assignments({**self._fields(ingested), DELETION: []})
        update["UpdateExpression"] += " ADD #ids :set"
        ids = {f":id{number}": {"S": name} for number, name in enumerate(self.endpoint_ids)}
        all_in_set = " AND ".join(f"contains(#ids, {name})" for name in ids)
        update["ConditionExpression"] = f"attribute_not_exists(#ids) OR size(#ids) <= :room OR ({all_in_set})"
        update["ExpressionAttributeNames"]["#ids"] = ENDPOINT_IDS
        room = {"N": str(MAX_ENDPOINTS - len(self.endpoint_ids))}
        update["ExpressionAttributeValues"] |= {":set": {"SS": self.endpoint_ids}, ":room": room, **ids}
        return {"Key": user_key(application_id, self.user_id), "ReturnValues": "UPDATED_OLD", **update}

    def _fields(self, ingested: int) -> dict[str, Value]:
        # Without attributes only the set of the user changes, and its INGESTED stays: the endpoints' are written.
        if not self.attributes:
            return {}
        removal: dict[str, Value] = {REMOVED: uuid4().hex} if self.removes else {}
        return {**self.attributes, **removal, INGESTED: ingested}


def joins_of(rows: Iterable[Row]) -> list[UserJoin]:
    """Return a join for each user that rows name, with the rows in their order."""
    joins: dict[str, UserJoin] = {}
    for row in rows:
        if row.user_id:
            (joins.get(row.user_id) or joins.setdefault(row.user_id, UserJoin(row.user_id))).add(row)
    return [*joins.values()]


def batches_of(rows: Sequence[Row], most: int) -> list[list[int]]:
    """Return the rows' numbers in batches of `most` at most, all rows of a user in the same one.

    Rows whose user gets more endpoints from them than a user may have are left out.

    Args:
        rows: they name different endpoints.
        most: at least as many as a user may have endpoints.
    """
    by_user: defaultdict[str, list[int]] = defaultdict(list)
    for number, row in enumerate(rows):
        by_user[row.user_id].append(number)
    without_user = by_user.pop("", [])
    batches: list[list[int]] = [[]]
    for numbers in by_user.values():
        if len(numbers) > MAX_ENDPOINTS:
            continue
        if len(batches[-1]) + len(numbers) > most:
            batches.append([])
        batches[-1] += numbers
    room = most - len(batches[-1])
    batches[-1] += without_user[:room]
    batches += [without_user[start : start + most] for start in range(room, len(without_user), most)]
    return [batch for batch in batches if batch]

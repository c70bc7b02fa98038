"""The joining of users: new ones are inserted together, those that exist are updated one by one."""

from collections.abc import Iterable, Mapping, Sequence

from audience.aws.async_dynamodb import AsyncDynamoDB
from audience.aws.dynamodb import ConditionFailedError, ItemTooLargeError
from audience.endpoints.documents import UserItem, endpoint_ids_of
from audience.endpoints.insert_lane import InsertLane
from audience.endpoints.insert_statements import InsertStatements, StatementTexts
from audience.endpoints.rows import Row
from audience.endpoints.settling import has_settled
from audience.endpoints.together import Together
from audience.endpoints.user_joins import UserJoin, joins_of
from audience.layout.endpoints_table import USER, partitions, shard_of, user_key


class UserJoiner:
    """What makes the endpoints of rows their users', before the endpoints are written."""

    def __init__(
        self,
        dynamodb: AsyncDynamoDB,
        table: str,
        application_id: str,
        texts: StatementTexts,
        together: Together,
    ) -> None:
        """Keep what sends requests, the endpoints table, the app, and what runs requests at the same time."""
        self._dynamodb = dynamodb
        self._table = table
        self._application_id = application_id
        self._partitions = partitions(application_id)
        self._texts = texts
        self._together = together
        self._new_users = InsertLane(dynamodb)

    async def join(self, rows: Iterable[Row], ingested: int) -> Mapping[str, Sequence[str]]:
        """Join the users of rows, each in one write.

        Args:
            rows: at most 25, of different endpoints, at most 15 of a user.
            ingested: this moment, in milliseconds since 1970.

        Returns:
            By user, the ids that were in its set before, or none where the user is new. Users that have no room, or
            would be too large, are not among them: nothing was written of those.
        """
        joins = joins_of(rows)
        inserted = await self._insert(joins, ingested)
        others = [join for join in joins if join.user_id not in inserted]
        found = await self._together([self._update(join, ingested) for join in others])
        updated = {join.user_id: ids for join, ids in zip(others, found, strict=True) if ids is not None}
        return dict.fromkeys(inserted, ()) | updated

    async def unsettled(self, rows: Sequence[Row]) -> set[str]:
        """Return the ids of the rows whose users have not what they say; see audience.endpoints.settling."""
        ids = {*(row.user_id for row in rows)}
        users = dict(zip(ids, await self._together([self._find(user_id) for user_id in ids]), strict=True))
        return {row.endpoint_id for row in rows if not has_settled(users[row.user_id], row)}

    async def _insert(self, joins: Sequence[UserJoin], ingested: int) -> set[str]:
        """Insert the users that do not exist, if most do not; return their ids."""
        if not joins or not self._new_users.admits(len(joins)):
            return set()
        statements = InsertStatements(self._texts, {})
        made = ((join.user_id, statements.of(*self._key(join), join.new_fields(ingested))) for join in joins)
        return await self._new_users.insert({user_id: each for user_id, each in made if each is not None})

    def _key(self, join: UserJoin) -> tuple[str, str]:
        return self._partitions[shard_of(join.user_id)], USER + join.user_id

    async def _find(self, user_id: str) -> UserItem | None:
        key = user_key(self._application_id, user_id)
        request = {"TableName": self._table, "Key": key, "ConsistentRead": True}
        item: UserItem | None = (await self._dynamodb.call("GetItem", request)).get("Item")
        return item

    async def _update(self, join: UserJoin, ingested: int) -> list[str] | None:
        """Join a user, and return the ids that were in its set before; None if it was refused."""
        request = {"TableName": self._table, **join.update(self._application_id, ingested)}
        try:
            reply = await self._dynamodb.call("UpdateItem", request)
        except (ConditionFailedError, ItemTooLargeError):
            return None
        return endpoint_ids_of(reply.get("Attributes", {}))

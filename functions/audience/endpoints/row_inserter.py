"""The lane of new endpoints: rows whose endpoints do not exist are inserted, 25 in a request.

What it does not insert is merged row by row (audience.endpoints.row_writer), and what it writes is what that would
have written, in the same order: the user first, then the endpoint. So whatever other writers, lost answers and workers
that die in between may meet, they meet it there too; several rows of one user are joined by one write instead of
several with nothing between them.
"""

import time
from collections.abc import Callable, Sequence
from uuid import uuid4

from audience.aws.async_dynamodb import AsyncDynamoDB
from audience.endpoints.documents import HELD
from audience.endpoints.expressions import new_fields
from audience.endpoints.given_attributes import with_gift
from audience.endpoints.insert_lane import InsertLane
from audience.endpoints.insert_statements import InsertStatements, StatementTexts
from audience.endpoints.rows import Row
from audience.endpoints.settling import SETTLE_S
from audience.endpoints.statement_batches import MOST_STATEMENTS
from audience.endpoints.text_rows import TextRow
from audience.endpoints.together import Together, one_after_another
from audience.endpoints.user_joiner import UserJoiner
from audience.endpoints.user_joins import batches_of
from audience.layout.endpoints_table import ENDPOINT, partitions, shard_of


class RowInserter:
    """The inserts of rows as new endpoints of one app, with the joins of their users."""

    def __init__(
        self,
        dynamodb: AsyncDynamoDB,
        table: str,
        application_id: str,
        clock: Callable[[], float] = time.time,
        dataset: str | None = None,
        together: Together = one_after_another,
        elapsed: Callable[[], float] = time.monotonic,
    ) -> None:
        """Keep what sends requests, the endpoints table's name and the app.

        `clock` (seconds since 1970) and `elapsed` (seconds since any moment) are for the tests. `dataset` is the id of
        the dataset that the rows are of, if any; `together` runs requests at the same time.
        """
        self._partitions = partitions(application_id)
        self._json_partitions = [partition.encode() for partition in self._partitions]  # ids need no escapes
        self._clock = clock
        self._elapsed = elapsed
        self._dataset = dataset
        self._together = together
        self._texts = StatementTexts(table)
        self._users = UserJoiner(dynamodb, table, application_id, self._texts, together)
        self._endpoints = InsertLane(dynamodb)

    async def insert(self, rows: Sequence[Row], now: str) -> list[bool]:
        """Insert the endpoints of rows that do not exist, and join their users.

        Args:
            rows: of different endpoints, each enough to make one, with names that the app has admitted.
            now: an ISO 8601 date.

        Returns:
            For each row, whether it is done. A row that is not has to be merged by itself: its endpoint exists, its
            user has no room, its statement would be too long or was refused, or inserting does not pay at present.

        Raises:
            TableThrottledError: a request was still refused after all retries.
            DynamoDBError: it was refused for good, for a reason that concerns no single row.
        """
        done = [False] * len(rows)

        async def insert(numbers: list[int]) -> None:
            inserted = await self._insert([rows[number] for number in numbers], now)
            for number in numbers:
                done[number] = rows[number].endpoint_id in inserted

        batches = batches_of(rows, MOST_STATEMENTS)
        if batches and not self._endpoints.known:  # the first one tells whether the others are worth it
            await insert(batches.pop(0))
        await self._together([insert(numbers) for numbers in batches])
        return done

    async def _insert(self, rows: Sequence[Row], now: str) -> set[str]:
        """Insert the endpoints of one request's rows; return the ids of those that are done."""
        if not self._endpoints.admits(len(rows)):
            return set()
        ingested = int(self._clock() * 1000)
        inserts = InsertStatements(self._texts, new_fields(now, ingested, self._dataset))
        statements = {row.endpoint_id: self._statement(row, inserts) for row in rows}
        if not any(row.user_id for row in rows):
            return await self._endpoints.insert({key: each for key, each in statements.items() if each})
        rows = [row for row in rows if statements[row.endpoint_id] is not None]
        begun = self._elapsed()
        joined = await self._users.join(rows, ingested)
        rows = [row for row in rows if not row.user_id or row.user_id in joined]
        inserted = await self._endpoints.insert(
            {row.endpoint_id: each for row in rows if (each := statements[row.endpoint_id])}
        )
        was_slow = self._elapsed() - begun >= SETTLE_S
        unsure = [
            row
            for row in rows
            if row.user_id
            and row.endpoint_id in inserted
            and (was_slow or row.endpoint_id in joined[row.user_id])
        ]
        return inserted - await self._users.unsettled(unsure)

    def _statement(self, row: Row, statements: InsertStatements) -> bytes | None:
        """Return the statement that makes the endpoint; None if it is too long."""
        shard = shard_of(row.endpoint_id)
        holds = row.user_attributes and not row.user_id
        if isinstance(row, TextRow) and not holds:
            return statements.of_row(self._json_partitions[shard], row)
        fields = row.fields
        if holds:
            fields = {**with_gift(row, {}, "").fields, **row.user_attributes, HELD: uuid4().hex}
        return statements.of(self._partitions[shard], ENDPOINT + row.endpoint_id, fields)

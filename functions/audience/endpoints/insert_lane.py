"""Inserts of the items of one kind, as long as few of them are there already."""

from collections.abc import Mapping

from audience.aws.async_dynamodb import AsyncDynamoDB
from audience.endpoints.duplicate_share import DuplicateShare
from audience.endpoints.statement_batches import Outcome, insert_all


class InsertLane:
    """The inserts of one worker into one table, of endpoints or of users."""

    def __init__(self, dynamodb: AsyncDynamoDB) -> None:
        """Keep what sends requests."""
        self._dynamodb = dynamodb
        self._share = DuplicateShare()

    @property
    def known(self) -> bool:
        """Return whether it is known how many of the items are there already."""
        return self._share.known

    def admits(self, items: int) -> bool:
        """Return whether the next items are to be inserted, and count on it that they are."""
        inserts = self._share.inserts
        self._share = self._share.before(items)
        return inserts

    async def insert(self, statements: Mapping[str, bytes]) -> set[str]:
        """Execute the statements that insert items, 25 at most; return the keys of those that did.

        Raises:
            TableThrottledError, DynamoDBError: see audience.endpoints.statement_batches.insert_all.
        """
        outcomes = await insert_all(self._dynamodb, [*statements.values()]) if statements else []
        inserted = {
            key for key, outcome in zip(statements, outcomes, strict=True) if outcome is Outcome.INSERTED
        }
        found = outcomes.count(Outcome.FOUND)
        self._share = self._share.after(len(inserted) + found, found)
        return inserted

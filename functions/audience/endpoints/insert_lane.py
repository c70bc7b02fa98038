"""Inserts of the items of one kind, as long as few of them are in vain."""

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
        """Return whether an insert has been answered."""
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
        answered = len(outcomes) - outcomes.count(Outcome.BUSY)
        self._share = self._share.after(answered, answered - len(inserted))
        return inserted

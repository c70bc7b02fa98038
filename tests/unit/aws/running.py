"""An event loop on a server of the tests, and what its coroutines come to."""

from collections.abc import Coroutine
from typing import Any, TypeVar

from botocore.credentials import Credentials

from audience.aws.dynamodb import Reply
from audience.aws.dynamodb_loop import DynamoDBLoop
from audience.aws.signature import Signer

T = TypeVar("T")


class Running(DynamoDBLoop):
    """A loop that does not wait long for another try."""

    def __init__(self, url: str, chance: float = 0.0, **options: Any) -> None:
        signer = Signer(Credentials("AKID", "secret", "token"), "us-east-1", url.partition("//")[2])
        super().__init__(url, signer, chance=lambda: chance, **options)
        self.pauses: list[float] = []

    async def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        await super().pause(0)

    def results(self, *begun: Coroutine[Any, Any, T]) -> list[T]:
        """Run coroutines at the same time; raises the first error of one."""
        found: dict[int, T] = {}

        async def one(number: int, each: Coroutine[Any, Any, T]) -> None:
            found[number] = await each

        for number, each in enumerate(begun):
            self.start(one(number, each))
        while len(found) < len(begun):
            self.turn()
        return [found[number] for number in range(len(begun))]

    def ask(self, operation: str, request: Reply | bytes) -> Reply:
        """Call an operation alone."""
        return self.results(self.call(operation, request))[0]

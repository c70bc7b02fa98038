"""What writes rows asks DynamoDB through this: the same code for an event loop and for one request after the other.

Code that writes rows is `async def` and awaits nothing but these methods. So a worker can have many rows on their way
in one thread (audience.aws.row_client), and the API, which has one, needs no event loop.
"""

import time
from collections.abc import Callable, Coroutine
from typing import Any, Protocol, TypeVar

from audience.aws.dynamodb import DynamoDBClient, Reply

T = TypeVar("T")


class AsyncDynamoDB(Protocol):
    """What sends requests for the code that writes rows."""

    async def call(self, operation: str, request: Reply | bytes) -> Reply:
        """Call an operation, for example `UpdateItem`, and return its reply; bytes are JSON already.

        Raises:
            ConditionFailedError: the condition of a write did not hold.
            ItemTooLargeError: the item would be too large after the write.
            TableThrottledError: it was still refused after all retries.
            DynamoDBError: the request was refused for another reason.
        """

    async def pause(self, seconds: float) -> None:
        """Wait."""

    def slow_down(self, share: float) -> None:
        """Note that the table throttled a share (0 to 1) of a request that it answered."""


class Runner(Protocol):
    """What runs coroutines that wait for DynamoDB, in one thread."""

    @property
    def limit(self) -> int:
        """Return how many requests may be on their way at once now."""

    def start(self, begun: Coroutine[Any, Any, None]) -> None:
        """Run a coroutine until it first waits; raises what it raises."""

    def turn(self) -> None:
        """Wait until some coroutine has what it waits for, and go on with it; raises what it raises."""


class AtOnce:
    """A runner of coroutines that never wait."""

    limit = 1

    def start(self, begun: Coroutine[Any, Any, None]) -> None:
        """Run a coroutine to its end; see `finish`."""
        finish(begun)

    def turn(self) -> None:
        """Do nothing: nothing waits."""


class OneAtATime:
    """The blocking client as an AsyncDynamoDB: what it is asked for is there when it returns."""

    def __init__(self, client: DynamoDBClient, pause: Callable[[float], None] = time.sleep) -> None:
        """Keep the client; `pause` (seconds) is for the tests."""
        self._client = client
        self._pause = pause

    async def call(self, operation: str, request: Reply | bytes) -> Reply:
        """Call an operation; see AsyncDynamoDB."""
        return self._client.call(operation, request)

    async def pause(self, seconds: float) -> None:
        """Wait."""
        self._pause(seconds)

    def slow_down(self, share: float) -> None:
        """Do nothing: one request at a time is as slow as it gets."""


def finish(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end and return its result; it uses OneAtATime, so that it never waits.

    Raises:
        RuntimeError: it waits for something that only an event loop brings.
    """
    try:
        coroutine.send(None)
    except StopIteration as ended:
        result: T = ended.value
        return result
    coroutine.close()
    raise RuntimeError("the coroutine waits, and there is no event loop")

"""An event loop whose coroutines call DynamoDB: one thread, many requests on their way.

It is our own because it is the hot loop, and small: an answer resumes the coroutine that waits for it, without a
future, a callback and a task in between, and TLS reads and writes its socket itself. CPU of a request of 2.3 KB and its
answer after 6 ms, 64 on their way, minima of interleaved rounds: over TLS this loop 32 µs, asyncio 37, uvloop 30; over
TCP 22, 24 and 17. The other two did so without the retries, the deadlines and the limit that are counted here.
"""

import time
from collections import deque
from collections.abc import Callable, Coroutine, Generator, Sequence
from heapq import heappop, heappush
from http.client import HTTPException
from itertools import count
from random import random
from types import TracebackType, coroutine
from typing import Any, Self, TypeVar

import orjson

from audience.aws.adaptive_concurrency import AdaptiveConcurrency
from audience.aws.connection import service_of
from audience.aws.dynamodb import TIMEOUT, Reply, Tries
from audience.aws.loop_connection import LoopConnection
from audience.aws.loop_connections import LoopConnections
from audience.aws.loop_deadlines import LoopDeadlines
from audience.aws.signature import Signer

# Requests on their way at once: where an answer takes 6 ms, 128 are 21,000 a second, a little more than one processor
# makes; with 64 it waits for answers. Each that is used has a connection: a handshake of less than a millisecond.
MAX_IN_FLIGHT = 128
_Request = tuple[str, bytes]  # operation and body
_Outcome = (
    tuple[int, bytes] | Exception | None
)  # status and body of an answer; why there is none; None of a pause
_Waiting = Coroutine[Any, Any, None]
# What a coroutine waits for: a request's outcome, some seconds, or who resumes it, in a list that it is put in.
_Wanted = _Request | float | list[_Waiting]
T = TypeVar("T")


class DynamoDBLoop:
    """An AsyncDynamoDB that runs the coroutines which call it; for one thread."""

    def __init__(
        self,
        url: str,
        signer: Signer,
        maximum: int = MAX_IN_FLIGHT,
        chance: Callable[[], float] = random,
        ca_file: str | None = None,
        timeout: float = TIMEOUT,
    ) -> None:
        """Keep the service's URL, a signer, and how many requests may be on their way at most.

        `chance` (0 to 1) and `timeout` (seconds, for connecting and for an answer) are for the tests. Without
        `ca_file` (PEM) the system's authorities may vouch for an https URL.
        """
        self._signer = signer
        self._chance = chance
        self._concurrency = AdaptiveConcurrency(maximum)
        self._connections = LoopConnections(service_of(url, ca_file))
        self._deadlines = LoopDeadlines(timeout)
        self._in_flight = 0
        self._queue: deque[tuple[_Waiting, _Request]] = deque()  # above the limit
        self._pauses: list[tuple[float, int, _Waiting]] = []  # a heap
        self._numbers = count()

    def __enter__(self) -> Self:
        """Return the loop."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close all connections, and end the coroutines that wait."""
        waiting = self._connections.close()
        waiting += [each for each, _ in self._queue] + [each for _, _, each in self._pauses]
        for each in waiting:
            each.close()

    @property
    def limit(self) -> int:
        """Return how many requests may be on their way at once now."""
        return self._concurrency.limit

    async def call(self, operation: str, request: Reply | bytes) -> Reply:
        """Call an operation; see AsyncDynamoDB."""
        body = request if isinstance(request, bytes) else orjson.dumps(request)
        tries = Tries(operation)
        while True:
            outcome: _Outcome = await _outcome_of((operation, body))
            reply = None
            try:
                if isinstance(outcome, tuple):
                    reply = tries.reply(*outcome)
                elif outcome is not None:
                    tries.broke(outcome)
            finally:
                self._concurrency.answered(self._in_flight, throttled=tries.throttled)
            if reply is not None:
                return reply
            await self.pause(tries.pause(self._chance()))

    async def pause(self, seconds: float) -> None:
        """Wait."""
        await _outcome_of(float(seconds))

    async def together(self, work: Sequence[Coroutine[Any, Any, T]]) -> list[T]:
        """Run coroutines at the same time and return their results in their order; raises the first error of one."""
        found: dict[int, T] = {}
        errors: list[Exception] = []
        left = len(work)
        waiting: list[_Waiting] = []

        async def one(number: int, each: Coroutine[Any, Any, T]) -> None:
            nonlocal left
            try:
                found[number] = await each
            except Exception as error:  # noqa: BLE001 - it is raised below
                errors.append(error)
            left -= 1
            if not left and waiting:
                self._resume(waiting[0], None)

        for number, each in enumerate(work):
            self.start(one(number, each))
        if left:
            await _outcome_of(waiting)
        if errors:
            raise errors[0]
        return [found[number] for number in range(len(work))]

    def slow_down(self, share: float) -> None:
        """Note that the table throttled a share (0 to 1) of a request that it answered."""
        self._concurrency.throttled_in_part(self._in_flight, share)

    def start(self, begun: _Waiting) -> None:
        """Run a coroutine until it first waits; raises what it raises."""
        self._resume(begun, None)

    def turn(self) -> None:
        """Wait until there is something that a coroutine waits for, and go on with each that has what it waits for.

        Raises the error of a coroutine that ends with one.
        """
        self._deadlines.come_back()
        for connection in self._connections.ready(self._seconds_to_wait()):
            self._receive(connection)
        # Only now: an answer that is here is in time, however long its coroutine's thread was busy.
        self._end_waits(time.monotonic())
        self._send_queued()
        self._deadlines.leave()

    def _resume(self, waiting: _Waiting, outcome: _Outcome) -> None:
        """Give a coroutine what it waited for, and note what it waits for next."""
        try:
            wanted: _Wanted = waiting.send(outcome)
        except StopIteration:
            return
        if isinstance(wanted, list):
            wanted.append(waiting)
        elif isinstance(wanted, float):
            heappush(self._pauses, (time.monotonic() + wanted, next(self._numbers), waiting))
        elif self._in_flight < self._concurrency.limit and not self._queue:
            self._send(waiting, wanted)
        else:
            self._queue.append((waiting, wanted))

    def _send(self, waiting: _Waiting, request: _Request) -> None:
        operation, body = request
        head = self._signer.head(operation, body, time.time())
        try:
            connection = self._connections.take()
        except OSError as error:
            self._resume(waiting, error)
            return
        self._in_flight += 1
        connection.coroutine = waiting
        connection.expect(head + body)
        self._deadlines.give_time(connection)
        # A connection that opens tells by being writable that it may go on.
        if connection.opened:
            try:
                self._go_on(connection)
            except OSError as error:
                self._break(connection, error)

    def _go_on(self, connection: LoopConnection) -> None:
        opened = connection.opened
        self._connections.go_on(connection)
        if connection.opened and not opened:
            self._deadlines.give_time(connection)

    def _receive(self, connection: LoopConnection) -> None:
        """Go on with a connection that is readable or writable, and with its coroutine if it has its answer."""
        try:
            if connection.sending:
                self._go_on(connection)
            answer = connection.receive() if connection.opened else None
        except (OSError, HTTPException) as error:
            self._break(connection, error)
            return
        if answer is None:
            return
        waiting = self._release(connection)
        self._connections.give_back(connection)
        self._resume(waiting, answer)

    def _break(self, connection: LoopConnection, error: Exception) -> None:
        """Close a connection that broke, and tell its coroutine."""
        waiting = self._release(connection)
        self._connections.broke(connection)
        self._resume(waiting, error)

    def _release(self, connection: LoopConnection) -> _Waiting:
        """Take its coroutine off a connection."""
        waiting, connection.coroutine = connection.coroutine, None
        self._in_flight -= 1
        assert waiting is not None  # noqa: S101 - for mypy
        return waiting

    def _seconds_to_wait(self) -> float:
        """Return the seconds until the next deadline or the end of a pause; 0 if nothing is waited for."""
        deadline = self._deadlines.next()
        ends = [] if deadline is None else [deadline]
        ends += [self._pauses[0][0]] if self._pauses else []
        return max(0.0, min(ends) - time.monotonic()) if ends else 0.0

    def _end_waits(self, now: float) -> None:
        """End the pauses that are over, and the requests whose answers did not come in time."""
        while self._pauses and self._pauses[0][0] <= now:
            self._resume(heappop(self._pauses)[2], None)
        while (connection := self._deadlines.overdue(now)) is not None:
            self._break(connection, TimeoutError("the answer did not come whole in time"))

    def _send_queued(self) -> None:
        while self._queue and self._in_flight < self._concurrency.limit:
            self._send(*self._queue.popleft())


@coroutine
def _outcome_of(wanted: _Wanted) -> Generator[_Wanted, _Outcome, _Outcome]:
    """Have the loop do what is wanted, and return what comes of it."""
    outcome = yield wanted
    return outcome

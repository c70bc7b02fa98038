"""An import worker and a table in simulated time: the worker's row loop, tries and limit are the real ones.

An answer comes after 6 ms; rows and requests take the worker's time as they were measured (docs/speed.md).
"""

from collections import deque
from collections.abc import Callable, Coroutine, Sequence
from heapq import heappop, heappush
from itertools import count
from random import Random
from types import coroutine
from typing import Any

import orjson

from audience.aws.adaptive_concurrency import AdaptiveConcurrency
from audience.aws.dynamodb import Tries
from audience.aws.dynamodb_loop import MAX_IN_FLIGHT
from audience.endpoints.statement_batches import MOST_STATEMENTS, Outcome, insert_all
from audience.imports.row_loop import RowLoop

LATENCY, ROW, REQUEST = 0.006, 34e-6, 25e-6  # seconds
THROTTLED = b'{"__type":"ThrottlingException"}'
# Returns whether the table takes a write at a time, in seconds.
Takes = Callable[[float], bool]
_Waiting = Coroutine[Any, Any, Any]
_Request = tuple[str, int]  # operation and writes


@coroutine
def _wanted(what: Any) -> Any:
    return (yield what)


def at_random(share: float) -> Takes:
    """A table that refuses a share of all writes, whatever there are."""
    chance = Random(14)  # noqa: S311 - no secret
    return lambda _: chance.random() >= share


def a_second(rate: Callable[[float], float]) -> Takes:
    """A table that takes so many writes a second, and one second's at once where it had less to do."""
    left, filled = rate(0), 0.0

    def takes(now: float) -> bool:
        nonlocal left, filled
        left, filled = min(rate(now), left + rate(now) * (now - filled)), now
        taken = left >= 1
        left -= taken
        return taken

    return takes


class SimulatedWorker:
    """A worker with rows without end, each of a new endpoint."""

    def __init__(self, takes: Takes, seed: int = 1) -> None:
        self._takes = takes
        self._chance = Random(seed)  # noqa: S311 - no secret
        self._concurrency = AdaptiveConcurrency(MAX_IN_FLIGHT)
        self._in_flight = 0
        self._queue: deque[tuple[_Waiting, _Request]] = deque()
        self._events: list[tuple[float, int, _Waiting, _Request | None]] = []  # a heap
        self._numbers = count()
        self.now = 0.0  # seconds
        self.rows = self.tries = self.refused = 0

    @property
    def limit(self) -> int:
        return self._concurrency.limit

    def work(self, seconds: float) -> "SimulatedWorker":
        """Write rows for so long, and then those that are pending."""
        rows: RowLoop[int] = RowLoop(self, self._merge, self._insert)
        for row in count():
            rows.put(str(row), row, in_stretch=True)
            if self.now >= seconds:
                break
        rows.drain()
        return self

    async def _merge(self, _: int) -> None:
        self.now += ROW
        await self.call("UpdateItem", 1)
        self.rows += 1

    async def _insert(self, rows: Sequence[int]) -> list[bool]:
        self.now += ROW * len(rows)
        sizes = [len(rows[at : at + MOST_STATEMENTS]) for at in range(0, len(rows), MOST_STATEMENTS)]
        done: list[list[bool]] = [[] for _ in sizes]
        left, behind = len(done), list[_Waiting]()

        async def one(number: int, size: int) -> None:
            nonlocal left
            outcomes = await insert_all(_Batch(self, size), [b"{}"] * size)
            done[number] = [outcome is Outcome.INSERTED for outcome in outcomes]
            left -= 1
            if not left:
                self._resume(behind[0], None)

        for number, size in enumerate(sizes):
            self.start(one(number, size))
        await _wanted(behind)
        self.rows += sum(map(sum, done))
        return [is_done for each in done for is_done in each]

    async def call(self, operation: str, writes: int) -> Any:
        tries = Tries(operation)
        while True:
            self.now += REQUEST
            reply = tries.reply(*await _wanted((operation, writes)))
            self._concurrency.answered(self._in_flight, throttled=tries.throttled)
            if reply is not None:
                return reply
            await _wanted(tries.pause(self._chance.random()))

    def slow_down(self, share: float) -> None:
        self._concurrency.throttled_in_part(self._in_flight, share)

    def start(self, begun: _Waiting) -> None:
        self._resume(begun, None)

    def turn(self) -> None:
        at, _, waiting, request = heappop(self._events)
        self.now = max(self.now, at)
        answer = None
        if request is not None:
            self._in_flight -= 1
            answer = self._answer(*request)
        self._resume(waiting, answer)
        while self._queue and self._in_flight < self.limit:
            self._send(*self._queue.popleft())

    def _answer(self, operation: str, writes: int) -> tuple[int, bytes]:
        taken = [self._takes(self.now) for _ in range(writes)]
        self.tries += writes
        self.refused += writes - sum(taken)
        if operation == "UpdateItem":
            return (200, b"{}") if taken[0] else (400, THROTTLED)
        throttled = {"Error": {"Code": "ThrottlingError"}}
        return 200, orjson.dumps({"Responses": [{} if each else throttled for each in taken]})

    def _resume(self, waiting: _Waiting, answer: Any) -> None:
        try:
            wanted = waiting.send(answer)
        except StopIteration:
            return
        if isinstance(wanted, list):
            wanted.append(waiting)
        elif isinstance(wanted, float):
            self._put(wanted, waiting, None)
        elif self._in_flight < self.limit and not self._queue:
            self._send(waiting, wanted)
        else:
            self._queue.append((waiting, wanted))

    def _send(self, waiting: _Waiting, request: _Request) -> None:
        self._in_flight += 1
        self._put(LATENCY, waiting, request)

    def _put(self, seconds: float, waiting: _Waiting, request: _Request | None) -> None:
        heappush(self._events, (self.now + seconds, next(self._numbers), waiting, request))


class _Batch:
    """What sends a request of several statements."""

    def __init__(self, worker: SimulatedWorker, size: int) -> None:
        self._worker = worker
        self._size = size

    async def call(self, operation: str, _: Any) -> Any:
        return await self._worker.call(operation, self._size)

    async def pause(self, seconds: float) -> None:
        raise AssertionError(seconds)

    def slow_down(self, share: float) -> None:
        self._worker.slow_down(share)

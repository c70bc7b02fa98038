"""The row loop: many rows on their way to the table at once, in one thread; those of one key in their order.

One thread, because threads that take turns at a row's 50 µs of work spend twice as much on the turns. A row waits here
for the table only, and while it does, others are read and sent.
"""

from collections import deque
from collections.abc import Callable, Coroutine
from typing import Any, Generic, TypeVar

from audience.aws.async_dynamodb import Runner

Task = TypeVar("Task")

# Tasks that may be pending for each request that the table takes at once: a task whose request failed pauses, and a
# task may wait for another one of its key; meanwhile others are at hand. Where a table throttles, few are: those that
# are pending when the worker's time is up have to be done, and a table that takes ten rows a second does 128 in 13 s.
PENDING_PER_REQUEST = 2


class RowLoop(Generic[Task]):
    """Tasks, one for each row, of which those of one key run in the order they were put."""

    def __init__(self, runner: Runner, work: Callable[[Task], Coroutine[Any, Any, None]]) -> None:
        """Keep what runs coroutines, and the work on a task."""
        self._runner = runner
        self._work = work
        self._pending = 0
        self._first = True
        self._behind: dict[str, deque[Task] | None] = {}  # by key of a task that runs, those that wait for it

    def put(self, key: str, task: Task) -> None:
        """Begin a task, or keep it until those of its key are done; wait while too many are pending.

        The first one is done alone: what its work finds out about the table, the others then know.

        Raises the error of a task that failed.
        """
        self._pending += 1
        if key in self._behind:
            waiting = self._behind[key]
            if waiting is None:
                waiting = self._behind[key] = deque()
            waiting.append(task)
        else:
            self._behind[key] = None
            self._runner.start(self._run(key, task))
        if self._first:
            self._first = False
            self.drain()
        while self._pending >= PENDING_PER_REQUEST * self._runner.limit:
            self._runner.turn()

    def drain(self) -> None:
        """Wait until every task put so far is done; raises the error of a task that failed."""
        while self._pending:
            self._runner.turn()

    async def _run(self, key: str, task: Task) -> None:
        """Run a task, and those of its key that are put meanwhile."""
        while True:
            await self._work(task)
            self._pending -= 1
            waiting = self._behind[key]
            if not waiting:
                del self._behind[key]
                return
            task = waiting.popleft()

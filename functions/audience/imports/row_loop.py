"""The row loop: many rows on their way to the table at once, in one thread; those of one key in their order.

One thread, because threads that take turns at a row's 50 µs of work spend twice as much on the turns. A row waits here
for the table only, and while it does, others are read and sent. Tasks that may be done together are, in stretches; what
becomes of a task in a stretch does not matter to another one, as their keys differ.
"""

from collections import deque
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, Generic, TypeVar

from audience.aws.async_dynamodb import Runner

Task = TypeVar("Task")

# Tasks that may be pending for each request that the table takes at once: those of a stretch, those that pause after a
# failed try, those that wait for others of their key. Where a table throttles, few are: what is pending when the
# worker's time is up has to be done, and a table that takes ten rows a second does 384 in 38 s.
PENDING_PER_REQUEST = 3
STRETCH = 100  # tasks: four requests of 25
LEAST_STRETCH = 25  # where so many are pending that no more may be put


class RowLoop(Generic[Task]):
    """Tasks, one for each row, of which those of one key run in the order they were put."""

    def __init__(
        self,
        runner: Runner,
        work: Callable[[Task], Coroutine[Any, Any, None]],
        together: Callable[[Sequence[Task]], Coroutine[Any, Any, Sequence[bool]]] | None = None,
    ) -> None:
        """Keep what runs coroutines, and the work on a task.

        `together` works on some tasks of different keys at once, and returns which of them are done. The others are
        worked on one by one then.
        """
        self._runner = runner
        self._work = work
        self._together = together
        self._stretch: list[tuple[str, Task]] = []  # those that are to be done together, and have not begun
        self._running = 0  # coroutines
        self._pending = 0  # tasks
        self._first = True
        self._behind: dict[str, deque[Task] | None] = {}  # by key of a task that has its turn, those after it

    def put(self, key: str, task: Task, *, in_stretch: bool = False) -> None:
        """Begin a task, or keep it until those of its key are done; wait while too many are pending.

        The first one is done alone: what its work finds out about the table, the others then know. One that is put
        `in_stretch` may be done together with others.

        Raises the error of a task that failed.
        """
        self._pending += 1
        if key in self._behind:
            self._wait_behind(key, task)
        elif in_stretch and self._together is not None and not self._first:
            self._behind[key] = None
            self._stretch.append((key, task))
            self._begin_full_stretches()
        else:
            self._behind[key] = None
            self._runner.start(self._run(key, task))
        if self._first:
            self._first = False
            self.drain()
        self._wait_for_room()

    def put_stretch(self, keys: Sequence[str], tasks: Sequence[Task]) -> None:
        """Put tasks with their keys that may be done together; see `put`."""
        each_has_its_turn = len({*keys}) == len(keys) and self._behind.keys().isdisjoint(keys)
        if self._first or self._together is None or not each_has_its_turn:
            for key, task in zip(keys, tasks, strict=True):
                self.put(key, task, in_stretch=True)
            return
        self._pending += len(tasks)
        self._behind.update(dict.fromkeys(keys))
        self._stretch += zip(keys, tasks, strict=True)
        self._begin_full_stretches()
        self._wait_for_room()

    def drain(self) -> None:
        """Wait until every task put so far is done; raises the error of a task that failed."""
        while self._stretch:
            self._begin_stretch()
        while self._pending:
            self._turn()

    def _turn(self) -> None:
        """Wait for something that runs; a stretch that is not full begins where nothing else does."""
        if not self._running:
            self._begin_stretch()
        if self._running:
            self._runner.turn()

    def _wait_behind(self, key: str, task: Task) -> None:
        waiting = self._behind[key]
        if waiting is None:
            waiting = self._behind[key] = deque()
        waiting.append(task)

    def _wait_for_room(self) -> None:
        while self._pending >= PENDING_PER_REQUEST * self._runner.limit:
            if len(self._stretch) >= LEAST_STRETCH:
                self._begin_stretch()
            self._turn()

    def _begin_full_stretches(self) -> None:
        while len(self._stretch) >= STRETCH:
            self._begin_stretch()

    def _begin_stretch(self) -> None:
        if self._stretch:
            stretch, self._stretch = self._stretch[:STRETCH], self._stretch[STRETCH:]
            self._runner.start(self._run_stretch(stretch))

    async def _run_stretch(self, stretch: list[tuple[str, Task]]) -> None:
        """Run tasks together; those that are not done then, and those behind them, run by themselves."""
        assert self._together is not None  # noqa: S101 - for mypy
        self._running += 1
        done = await self._together([task for _, task in stretch])
        self._running -= 1
        for key, task in self._left_of(stretch, done):
            self._runner.start(self._run(key, task))

    def _left_of(
        self, stretch: Sequence[tuple[str, Task]], done: Sequence[bool]
    ) -> Sequence[tuple[str, Task]]:
        """Count a stretch's tasks that are done, and return the others and those that have their turn next."""
        behind = self._behind
        left = []
        for each, is_done in zip(stretch, done, strict=True):
            key = each[0]
            if is_done and behind[key] is None:  # as nearly always
                del behind[key]
                self._pending -= 1
            elif not is_done:
                left.append(each)
            elif (task := self._next_behind(key)) is not None:
                left.append((key, task))
        return left

    async def _run(self, key: str, task: Task) -> None:
        """Run a task, and then those behind it."""
        self._running += 1
        running: Task | None = task
        while running is not None:
            await self._work(running)
            running = self._next_behind(key)
        self._running -= 1

    def _next_behind(self, key: str) -> Task | None:
        """Count the task of a key as done, and return the one behind it, if there is one."""
        self._pending -= 1
        waiting = self._behind[key]
        if waiting:
            return waiting.popleft()
        del self._behind[key]
        return None

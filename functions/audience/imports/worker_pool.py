"""KeyedWorkerPool: threads that wait for the table in the reader's place; rows of an endpoint share a thread."""

from collections.abc import Callable
from queue import Queue
from threading import Condition, Thread
from types import TracebackType
from typing import Generic, Self, TypeVar
from zlib import crc32

Task = TypeVar("Task")

# A queue's lock costs more than a row; rows go over in batches.
BATCH = 20
WAITING = 4
# Rows that wait for each request that the table has time for at once: 400 where it does not throttle, 25 where it has
# time for one. A table that takes ten rows a second is through with the 400 in 40 s.
ROWS_A_TURN = 25


class KeyedWorkerPool(Generic[Task]):
    """Runs tasks on `count` threads. Tasks of one key run in the order they were put."""

    def __init__(
        self, work: Callable[[Task], None], count: int, turns: Callable[[], int] | None = None
    ) -> None:
        """Keep what is done with a task, the number of threads, and how many may work now (all of them)."""
        self._work = work
        self._turns = turns or (lambda: count)
        self._put = self._done = 0
        self._progress = Condition()
        self._queues: list[Queue[list[Task] | None]] = [Queue(WAITING) for _ in range(count)]
        self._open: list[list[Task]] = [[] for _ in range(count)]
        self._error: BaseException | None = None
        self._threads = [Thread(target=self._run, args=(queue,), daemon=True) for queue in self._queues]

    def __enter__(self) -> Self:
        """Start the threads."""
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the threads, after what they have begun."""
        for queue in self._queues:
            queue.put(None)
        for thread in self._threads:
            thread.join()

    def put(self, key: str, task: Task) -> None:
        """Put a task in its key's thread, waiting if the threads are behind.

        Raises the error that ended a thread.
        """
        thread = crc32(key.encode()) % len(self._queues)
        self._open[thread].append(task)
        self._put += 1
        if len(self._open[thread]) >= BATCH:
            self._flush(thread)
        if not self._has_room():
            self._catch_up()
        self._raise()

    def drain(self) -> None:
        """Wait until every task put so far is done.

        Raises the error that ended a thread.
        """
        for thread in range(len(self._queues)):
            self._flush(thread)
        for queue in self._queues:
            queue.join()
        self._raise()

    def _has_room(self) -> bool:
        return self._put - self._done < ROWS_A_TURN * self._turns()

    def _catch_up(self) -> None:
        for thread in range(len(self._queues)):
            self._flush(thread)
        with self._progress:
            self._progress.wait_for(self._has_room)

    def _flush(self, thread: int) -> None:
        if self._open[thread]:
            self._queues[thread].put(self._open[thread])
            self._open[thread] = []

    def _raise(self) -> None:
        if self._error is not None:
            raise self._error

    def _run(self, queue: Queue[list[Task] | None]) -> None:
        while (batch := queue.get()) is not None:
            try:
                for task in batch:
                    if self._error is None:
                        self._work(task)
            except BaseException as wrong:  # noqa: BLE001 - it is raised where the threads are used
                self._error = wrong
            finally:
                with self._progress:
                    self._done += len(batch)
                    self._progress.notify_all()
                queue.task_done()

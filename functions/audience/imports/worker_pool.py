"""A pool of threads that run tasks by key: tasks of one key run in their order, on one thread.

The threads of an import wait for the table while its reader reads on; the key of a row is its endpoint.
"""

from collections.abc import Callable
from queue import Queue
from threading import Condition, Thread
from types import TracebackType
from typing import Generic, Self, TypeVar
from zlib import crc32

Task = TypeVar("Task")

# A queue's lock costs more than a row, so tasks are queued in batches.
BATCH = 20
QUEUED_BATCHES = 4  # for each thread
# Tasks that may be pending for each request that the table takes at once: 400 where it does not throttle (16 requests),
# 25 where it takes one. A table that takes ten rows a second has done the 400 in 40 s.
PENDING_PER_REQUEST = 25


class KeyedWorkerPool(Generic[Task]):
    """A pool of `count` threads; tasks of one key run in the order they were put."""

    def __init__(
        self, work: Callable[[Task], None], count: int, concurrency: Callable[[], int] | None = None
    ) -> None:
        """Keep what runs a task, the number of threads, and what returns how many of them may work now.

        Without `concurrency`, all of them may.
        """
        self._work = work
        self._concurrency = concurrency or (lambda: count)
        self._put = self._done = 0
        self._progress = Condition()
        self._queues: list[Queue[list[Task] | None]] = [Queue(QUEUED_BATCHES) for _ in range(count)]
        self._batches: list[list[Task]] = [[] for _ in range(count)]  # those being filled
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
        """End the threads after the tasks that are queued."""
        for queue in self._queues:
            queue.put(None)
        for thread in self._threads:
            thread.join()

    def put(self, key: str, task: Task) -> None:
        """Queue a task for its key's thread; wait if the threads are behind.

        Raises the error of a task that failed.
        """
        thread = crc32(key.encode()) % len(self._queues)
        self._batches[thread].append(task)
        self._put += 1
        if len(self._batches[thread]) >= BATCH:
            self._flush(thread)
        if not self._has_room():
            self._wait_for_room()
        self._raise()

    def drain(self) -> None:
        """Wait until every task put so far is done.

        Raises the error of a task that failed.
        """
        for thread in range(len(self._queues)):
            self._flush(thread)
        for queue in self._queues:
            queue.join()
        self._raise()

    def _has_room(self) -> bool:
        return self._put - self._done < PENDING_PER_REQUEST * self._concurrency()

    def _wait_for_room(self) -> None:
        for thread in range(len(self._queues)):
            self._flush(thread)
        with self._progress:
            self._progress.wait_for(self._has_room)

    def _flush(self, thread: int) -> None:
        if self._batches[thread]:
            self._queues[thread].put(self._batches[thread])
            self._batches[thread] = []

    def _raise(self) -> None:
        if self._error is not None:
            raise self._error

    def _run(self, queue: Queue[list[Task] | None]) -> None:
        while (batch := queue.get()) is not None:
            try:
                for task in batch:
                    if self._error is None:
                        self._work(task)
            except BaseException as error:  # noqa: BLE001 - it is raised where the pool is used
                self._error = error
            finally:
                with self._progress:
                    self._done += len(batch)
                    self._progress.notify_all()
                queue.task_done()

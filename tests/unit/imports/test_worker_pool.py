"""A KeyedWorkerPool runs each task once, tasks of one key in their order, and raises a task's error in its user."""

from threading import Event, Lock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audience.aws.adaptive_concurrency import AdaptiveConcurrency
from audience.imports.checkpoint_interval import WORKERS
from audience.imports.worker_pool import BATCH, QUEUED_BATCHES, KeyedWorkerPool
from import_piece.handler import RESERVE_MS


@settings(deadline=None, max_examples=60)
@given(keys=st.lists(st.sampled_from(["a", "b", "c", "ä", ""]), max_size=300), count=st.integers(1, 5))
def test_every_task_is_done_once_and_those_of_a_key_in_their_order(keys: list[str], count: int) -> None:
    done: dict[str, list[int]] = {}
    lock = Lock()

    def work(task: tuple[str, int]) -> None:
        with lock:
            done.setdefault(task[0], []).append(task[1])

    with KeyedWorkerPool(work, count) as pool:
        for number, key in enumerate(keys):
            pool.put(key, (key, number))
        pool.drain()
        assert done == {key: [at for at, other in enumerate(keys) if other == key] for key in set(keys)}


def test_drain_waits_for_tasks_that_are_on_their_way() -> None:
    may_end, ended = Event(), []

    def work(task: int) -> None:
        if task == BATCH - 1:
            may_end.wait()
        ended.append(task)

    with KeyedWorkerPool(work, 1) as pool:
        for task in range(BATCH):
            pool.put("key", task)
        assert BATCH - 1 not in ended
        may_end.set()
        pool.drain()
        assert ended == list(range(BATCH))


def test_a_pool_can_be_drained_again_and_again() -> None:
    done: list[int] = []
    with KeyedWorkerPool(done.append, 2) as pool:
        for task in range(5):
            pool.put(str(task), task)
            pool.drain()
            assert sorted(done) == list(range(task + 1))


def fail_at(task: int) -> None:
    if task == 3:
        raise ValueError("task 3")


def test_drain_raises_the_error_of_a_task() -> None:
    with KeyedWorkerPool(fail_at, 2) as pool:
        for task in range(6):
            pool.put("key", task)
        with pytest.raises(ValueError, match="task 3"):
            pool.drain()


def test_an_error_that_ends_a_thread_is_raised_and_nobody_waits_for_that_thread() -> None:
    def end(_: int) -> None:
        raise SystemExit("gone")

    def put_and_drain() -> None:
        with KeyedWorkerPool(end, 1) as pool:
            for task in range(2 * BATCH):
                pool.put("key", task)
            pool.drain()

    with pytest.raises(SystemExit, match="gone"):
        put_and_drain()


def test_put_raises_the_error_of_an_earlier_task() -> None:
    def put_for_ever() -> None:
        with KeyedWorkerPool(fail_at, 2) as pool:
            while True:
                pool.put("key", 3)

    with pytest.raises(ValueError, match="task 3"):
        put_for_ever()


def test_after_an_error_no_further_task_is_begun() -> None:
    done: list[int] = []

    def work(task: int) -> None:
        fail_at(task)
        done.append(task)

    def put_and_drain() -> None:
        with KeyedWorkerPool(work, 1) as pool:
            for task in range(3 * BATCH):
                pool.put("key", task)
            pool.drain()

    with pytest.raises(ValueError, match="task 3"):
        put_and_drain()
    assert done == [0, 1, 2]


def test_put_waits_when_a_thread_is_behind_by_what_its_queue_holds() -> None:
    put: list[int] = []
    ahead: list[int] = []

    def work(task: int) -> None:
        ahead.append(len(put) - task)

    with KeyedWorkerPool(work, 1) as pool:
        for task in range(50 * BATCH):
            put.append(task)
            pool.put("key", task)
        pool.drain()
    # in the queue, with the thread, in the batch that waits for the queue, and in the one that is being filled
    assert max(ahead) <= BATCH * (QUEUED_BATCHES + 3)


def test_rows_that_wait_for_a_throttled_table_are_done_within_a_workers_reserve() -> None:
    """The table takes ten rows a second; a worker stops reading when its reserve begins, at whatever row."""
    clock, table = [0.0], Lock()
    concurrency = AdaptiveConcurrency(WORKERS)
    ends: list[float] = []

    def work(_: int) -> None:
        with table:
            clock[0] += 0.1
            concurrency.acquire()
            concurrency.release(throttled=True)

    for rows in (1, 400, 450, 2_000):
        with KeyedWorkerPool(work, WORKERS, lambda: concurrency.limit) as pool:
            for task in range(rows):
                began = clock[0]
                pool.put(str(task), task)
            pool.drain()
        ends.append(clock[0] - began)
    assert max(ends) * 1000 < RESERVE_MS / 2


def test_threads_end_with_the_block_even_if_it_fails() -> None:
    pool: KeyedWorkerPool[int] = KeyedWorkerPool(lambda _: None, 4)

    def broken() -> None:
        with pool:
            pool.put("key", 1)
            raise KeyError("the reader broke")

    with pytest.raises(KeyError):
        broken()
    assert not any(thread.is_alive() for thread in pool._threads)

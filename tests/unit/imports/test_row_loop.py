"""A RowLoop runs each task once, tasks of one key in their order, and raises a task's error in its user."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audience.aws.adaptive_concurrency import AdaptiveConcurrency
from audience.aws.dynamodb_loop import MAX_IN_FLIGHT
from audience.imports.row_loop import PENDING_PER_REQUEST, RowLoop
from import_piece.handler import RESERVE_MS
from tests.unit.imports.waiting import Waiting, answer


@given(
    tasks=st.lists(st.tuples(st.sampled_from(["a", "b", "c", "ä", ""]), st.integers(0, 3)), max_size=80),
    limit=st.integers(1, 5),
    choices=st.lists(st.integers(0, 9), min_size=1, max_size=20),
)
def test_every_task_is_done_once_and_those_of_a_key_in_their_order(
    tasks: list[tuple[str, int]], limit: int, choices: list[int]
) -> None:
    done: dict[str, list[int]] = {}
    turns = iter(range(10**6))
    runner = Waiting(limit, lambda count: choices[next(turns) % len(choices)] % count)

    async def work(task: tuple[str, int, int]) -> None:
        key, number, waits = task
        for _ in range(waits):
            await answer()
        done.setdefault(key, []).append(number)

    rows = RowLoop(runner, work)
    for number, (key, waits) in enumerate(tasks):
        rows.put(key, (key, number, waits))
    rows.drain()
    keys = [key for key, _ in tasks]
    assert done == {key: [at for at, other in enumerate(keys) if other == key] for key in set(keys)}
    assert runner.most <= PENDING_PER_REQUEST * limit


def test_tasks_of_different_keys_wait_at_the_same_time_but_the_first_is_done_alone() -> None:
    runner = Waiting(limit=8)
    begun: list[int] = []

    async def work(task: int) -> None:
        begun.append(task)
        await answer()

    rows = RowLoop(runner, work)
    rows.put("0", 0)
    assert (begun, runner.waiting) == ([0], [])
    for task in range(1, 8):
        rows.put(str(task), task)
    assert (len(begun), len(runner.waiting)) == (8, 7)
    rows.drain()
    assert runner.waiting == []


def test_many_tasks_of_one_key_do_not_call_each_other() -> None:
    done: list[int] = []
    runner = Waiting(limit=2000)

    async def work(task: int) -> None:
        if task == 1:
            await answer()
        done.append(task)

    rows = RowLoop(runner, work)
    for task in range(3000):
        rows.put("key", task)
    assert done == [0]
    rows.drain()
    assert done == [*range(3000)]


def put_all(rows: RowLoop[int], tasks: int) -> Callable[[], None]:
    def put() -> None:
        for task in range(tasks):
            rows.put(str(task), task)
        rows.drain()

    return put


@pytest.mark.parametrize("waits", [False, True])
def test_the_error_of_a_task_is_its_users_and_no_further_one_begins(waits: bool) -> None:
    begun: list[int] = []

    async def work(task: int) -> None:
        begun.append(task)
        if waits:
            await answer()
        if task == 3:
            raise ValueError("task 3")

    with pytest.raises(ValueError, match="task 3"):
        put_all(RowLoop(Waiting(limit=1), work), 50)()
    assert max(begun) <= 3 + PENDING_PER_REQUEST


def test_rows_that_wait_for_a_throttled_table_are_done_within_a_workers_reserve() -> None:
    """The table takes ten rows a second; a worker stops reading when its reserve begins, at whatever row."""
    ends: list[float] = []
    for rows_put in (1, 100, 450, 2_000):
        clock = [0.0]
        concurrency = AdaptiveConcurrency(MAX_IN_FLIGHT)

        class Throttled(Waiting):
            def turn(self, clock: list[float] = clock, limit: AdaptiveConcurrency = concurrency) -> None:
                super().turn()
                clock[0] += 0.1
                limit.answered(len(self.waiting), throttled=True)
                self.limit = limit.limit

        async def work(_: int) -> None:
            await answer()

        rows = RowLoop(Throttled(MAX_IN_FLIGHT), work)
        for task in range(rows_put):
            began = clock[0]
            rows.put(str(task), task)
        rows.drain()
        ends.append(clock[0] - began)
    assert max(ends) * 1000 < RESERVE_MS / 2

"""A RowLoop runs each task once, tasks of one key in their order, and raises a task's error in its user."""

from collections.abc import Callable, Sequence
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audience.aws.adaptive_concurrency import AdaptiveConcurrency
from audience.aws.dynamodb_loop import MAX_IN_FLIGHT
from audience.imports import row_loop as module
from audience.imports.row_loop import PENDING_PER_REQUEST, RowLoop
from import_piece.handler import RESERVE_MS
from tests.unit.imports.waiting import Waiting, answer


@given(
    tasks=st.lists(
        st.tuples(st.sampled_from(["a", "b", "c", "ä", ""]), st.integers(0, 3), st.booleans()), max_size=80
    ),
    limit=st.integers(1, 5),
    stretch=st.integers(1, 4),
    choices=st.lists(st.integers(0, 9), min_size=1, max_size=20),
)
def test_every_task_is_done_once_and_those_of_a_key_in_their_order(
    tasks: list[tuple[str, int, bool]], limit: int, stretch: int, choices: list[int]
) -> None:
    """Those that are put in a stretch are done in it if the number of their waits is even."""
    done: dict[str, list[int]] = {}
    turns = iter(range(10**6))
    runner = Waiting(limit, lambda count: choices[next(turns) % len(choices)] % count)

    async def work(task: tuple[str, int, int]) -> None:
        key, number, waits = task
        for _ in range(waits):
            await answer()
        done.setdefault(key, []).append(number)

    async def together(stretch: Sequence[tuple[str, int, int]]) -> list[bool]:
        assert len({key for key, _, _ in stretch}) == len(stretch)
        for _ in range(sum(waits for _, _, waits in stretch) % 4):
            await answer()
        for key, number, waits in stretch:
            if not waits % 2:
                done.setdefault(key, []).append(number)
        return [not waits % 2 for _, _, waits in stretch]

    rows = RowLoop(runner, work, together)
    with patch.object(module, "STRETCH", stretch):
        for number, (key, waits, in_stretch) in enumerate(tasks):
            rows.put(key, (key, number, waits), in_stretch=in_stretch)
        rows.drain()
    keys = [key for key, _, _ in tasks]
    assert done == {key: [at for at, other in enumerate(keys) if other == key] for key in set(keys)}
    assert runner.most <= PENDING_PER_REQUEST * limit


def test_a_stretch_begins_when_it_is_full_or_nothing_else_runs() -> None:
    stretches: list[list[int]] = []
    runner = Waiting(limit=3)

    async def work(_: int) -> None:
        await answer()

    async def together(stretch: Sequence[int]) -> list[bool]:
        stretches.append([*stretch])
        await answer()
        return [True] * len(stretch)

    rows = RowLoop(runner, work, together)
    with patch.object(module, "STRETCH", 5):
        for task in range(7):
            rows.put(str(task), task, in_stretch=True)
        assert stretches == [[1, 2, 3, 4, 5]], "the first is done alone"
        for task in range(7, 9):
            rows.put(str(task), task, in_stretch=True)
        rows.drain()
    assert stretches == [[1, 2, 3, 4, 5], [6, 7, 8]]


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


def test_the_error_of_a_stretch_is_its_users() -> None:
    async def work(_: int) -> None:
        await answer()

    async def together(_: Sequence[int]) -> list[bool]:
        await answer()
        raise ValueError("all of them")

    rows = RowLoop(Waiting(limit=1), work, together)
    rows.put("0", 0)
    rows.put("1", 1, in_stretch=True)
    with pytest.raises(ValueError, match="all of them"):
        rows.drain()


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

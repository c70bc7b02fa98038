"""How fast a worker writes where the table throttles, and how much the table has to refuse, in simulated time."""

from collections.abc import Callable

import pytest

from tests.unit.imports.simulated_worker import SimulatedWorker, Takes, a_second, at_random


def hot_partition(rate: float) -> Takes:
    """A table of ten partitions of which one takes next to nothing."""
    is_cold, hot = at_random(0.1), a_second(lambda _: rate)
    return lambda now: is_cold(now) or hot(now)


@pytest.mark.parametrize(
    ("takes", "rows_a_second"),
    [
        (at_random(0.0), 25_000),
        (at_random(0.01), 10_000),
        (at_random(0.1), 10_000),
        (hot_partition(10), 5_000),
    ],
)
def test_a_table_that_refuses_a_share_whatever_there_is_to_do_is_written_to_at_pace(
    takes: Takes, rows_a_second: float
) -> None:
    worker = SimulatedWorker(takes).work(3)
    assert worker.rows / worker.now > rows_a_second


def test_where_three_of_ten_are_refused_the_share_is_known_after_some_seconds() -> None:
    worker = SimulatedWorker(at_random(0.3)).work(6)
    assert worker.rows / worker.now > 500


@pytest.mark.parametrize(("rate", "refused"), [(200, 0.5), (1_000, 0.15), (4_000, 0.05)])
def test_what_a_table_takes_a_second_is_used_and_little_more_is_asked(rate: float, refused: float) -> None:
    worker = SimulatedWorker(a_second(lambda _: rate)).work(6)
    assert worker.rows / worker.now > rate
    assert worker.refused / worker.tries < refused


def test_a_table_that_grows_is_followed() -> None:
    def grows(now: float) -> float:
        return 500 * 2 ** (now // 2)

    worker = SimulatedWorker(a_second(grows)).work(8)
    assert worker.rows > 0.95 * sum(2 * grows(second) for second in (0, 2, 4, 6))
    assert worker.refused / worker.tries < 0.15


@pytest.mark.parametrize("table", [lambda: at_random(0.1), lambda: a_second(lambda _: 1_000)])
def test_what_is_pending_when_time_is_up_is_soon_written(table: Callable[[], Takes]) -> None:
    assert SimulatedWorker(table()).work(2).now < 3

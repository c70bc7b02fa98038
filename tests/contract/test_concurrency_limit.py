"""The concurrency limit: never more jobs run than it allows, whoever asks at the same time."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from audience.jobs.concurrency import ConcurrencyLimit


@pytest.fixture
def limit(control):
    return ConcurrencyLimit(control, 2)


def test_no_job_counts_as_running_at_first(limit):
    assert limit.holders() == []


def test_jobs_may_run_until_the_limit_is_reached(limit):
    assert [limit.acquire(job) for job in ("a", "b", "c")] == [True, True, False]
    assert limit.holders() == ["a", "b"]


def test_a_job_counts_once_however_often_it_asks(limit):
    assert all(limit.acquire("a") for _ in range(3))
    assert limit.acquire("b")
    assert limit.acquire("a")
    assert limit.holders() == ["a", "b"]


def test_a_job_that_is_released_makes_room(limit):
    for job in ("a", "b"):
        limit.acquire(job)
    limit.release("a")
    assert limit.acquire("c")
    assert limit.holders() == ["b", "c"]


def test_a_release_counts_once_and_for_its_own_job(limit):
    limit.release("a")
    limit.acquire("b")
    limit.release("a")
    limit.release("a")
    assert limit.holders() == ["b"]


def test_the_last_job_that_is_released_leaves_all_the_room(limit):
    limit.acquire("a")
    limit.release("a")
    assert limit.holders() == []
    assert [limit.acquire(job) for job in ("b", "c", "d")] == [True, True, False]


def test_of_many_that_ask_at_once_as_many_may_run_as_the_limit_allows(limit):
    with ThreadPoolExecutor(8) as pool:
        got = list(pool.map(limit.acquire, (f"job {number}" for number in range(24))))
    assert sum(got) == 2
    assert len(limit.holders()) == 2


def test_a_lowered_limit_lets_running_jobs_run_on(limit, control):
    for job in ("a", "b"):
        limit.acquire(job)
    one = ConcurrencyLimit(control, 1)
    assert one.acquire("a")
    one.release("b")
    assert not one.acquire("c")


def test_an_app_may_run_jobs_up_to_its_share_and_others_the_rest(control):
    limit = ConcurrencyLimit(control, 3, 2)
    assert [limit.acquire(job, "app1") for job in ("a", "b", "c", "a")] == [True, True, False, True]
    assert [limit.acquire(job, "app2") for job in ("d", "e")] == [True, False]
    assert limit.running() == {"a": "app1", "b": "app1", "d": "app2"}
    limit.release("a", "app1")
    assert limit.acquire("c", "app1")
    for job in limit.running():
        limit.release(job)
    assert limit.running() == {}


def test_of_many_of_an_app_that_ask_at_once_as_many_may_run_as_its_share_allows(control):
    limit = ConcurrencyLimit(control, 9, 2)
    with ThreadPoolExecutor(8) as pool:
        got = list(pool.map(lambda number: limit.acquire(f"job {number}", "app"), range(24)))
    assert sum(got) == 2

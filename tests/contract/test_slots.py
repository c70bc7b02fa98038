"""The guarantees of the slots: never more jobs than there are slots, whoever asks at the same time."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from audience.jobs.slots import Slots


@pytest.fixture
def slots(control):
    return Slots(control, 2)


def test_there_are_no_holders_at_first(slots):
    assert slots.holders() == []


def test_jobs_get_slots_until_all_are_taken(slots):
    assert [slots.acquire(job) for job in ("a", "b", "c")] == [True, True, False]
    assert slots.holders() == ["a", "b"]


def test_a_job_takes_one_slot_however_often_it_asks(slots):
    assert all(slots.acquire("a") for _ in range(3))
    assert slots.acquire("b")
    assert slots.acquire("a")
    assert slots.holders() == ["a", "b"]


def test_a_slot_that_is_given_back_is_free(slots):
    for job in ("a", "b"):
        slots.acquire(job)
    slots.release("a")
    assert slots.acquire("c")
    assert slots.holders() == ["b", "c"]


def test_a_slot_is_given_back_once_and_nobody_elses(slots):
    slots.release("a")
    slots.acquire("b")
    slots.release("a")
    slots.release("a")
    assert slots.holders() == ["b"]


def test_the_last_slot_that_is_given_back_leaves_them_all_free(slots):
    slots.acquire("a")
    slots.release("a")
    assert slots.holders() == []
    assert [slots.acquire(job) for job in ("b", "c", "d")] == [True, True, False]


def test_of_many_that_ask_at_once_as_many_get_a_slot_as_there_are(slots):
    with ThreadPoolExecutor(8) as pool:
        got = list(pool.map(slots.acquire, (f"job {number}" for number in range(24))))
    assert sum(got) == 2
    assert len(slots.holders()) == 2


def test_fewer_slots_than_are_held_leave_the_holders_theirs(slots, control):
    for job in ("a", "b"):
        slots.acquire(job)
    one = Slots(control, 1)
    assert one.acquire("a")
    one.release("b")
    assert not one.acquire("c")


def test_an_app_gets_slots_up_to_its_share_and_others_get_the_rest(control):
    slots = Slots(control, 3, 2)
    assert [slots.acquire(job, "app1") for job in ("a", "b", "c", "a")] == [True, True, False, True]
    assert [slots.acquire(job, "app2") for job in ("d", "e")] == [True, False]
    assert slots.running() == {"a": "app1", "b": "app1", "d": "app2"}
    slots.release("a", "app1")
    assert slots.acquire("c", "app1")
    for job in slots.running():
        slots.release(job)
    assert slots.running() == {}


def test_of_many_of_an_app_that_ask_at_once_as_many_get_a_slot_as_its_share_has(control):
    slots = Slots(control, 9, 2)
    with ThreadPoolExecutor(8) as pool:
        got = list(pool.map(lambda number: slots.acquire(f"job {number}", "app"), range(24)))
    assert sum(got) == 2

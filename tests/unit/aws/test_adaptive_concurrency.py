"""How many requests are in flight at once: half as many when the table throttles, slowly more when it answers."""

from threading import Event, Thread

from hypothesis import given
from hypothesis import strategies as st

from audience.aws.adaptive_concurrency import AdaptiveConcurrency


def answer(concurrency: AdaptiveConcurrency, *, throttled: bool) -> None:
    concurrency.acquire()
    concurrency.release(throttled=throttled)


@given(throttled=st.lists(st.booleans(), max_size=200), maximum=st.integers(1, 16))
def test_the_limit_stays_between_one_and_the_maximum(throttled: list[bool], maximum: int) -> None:
    concurrency = AdaptiveConcurrency(maximum)
    for each in throttled:
        answer(concurrency, throttled=each)
        assert 1 <= concurrency.limit <= maximum


def test_a_throttled_answer_halves_the_limit_and_the_next_few_do_not_halve_it_again() -> None:
    concurrency = AdaptiveConcurrency(16)
    limits = []
    for _ in range(16):
        answer(concurrency, throttled=True)
        limits.append(concurrency.limit)
    assert limits == [8] * 8 + [4] * 8


def test_answers_bring_the_limit_back() -> None:
    concurrency = AdaptiveConcurrency(4)
    answer(concurrency, throttled=True)
    assert concurrency.limit == 2
    for _ in range(20):
        answer(concurrency, throttled=False)
    assert concurrency.limit == 4


def test_a_request_above_the_limit_waits_until_another_one_is_answered() -> None:
    concurrency = AdaptiveConcurrency(1)
    concurrency.acquire()
    acquired = Event()
    waiting = Thread(target=lambda: (concurrency.acquire(), acquired.set()), daemon=True)
    waiting.start()
    assert not acquired.is_set()
    concurrency.release(throttled=False)
    waiting.join()
    assert acquired.is_set()

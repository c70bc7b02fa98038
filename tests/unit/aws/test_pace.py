"""How many requests run at once: halved by a throttled table, grown slowly by one that answers."""

from threading import Event, Thread

from hypothesis import given
from hypothesis import strategies as st

from audience.aws.pace import Pace


def answer(pace: Pace, *, throttled: bool) -> None:
    pace.enter()
    pace.leave(throttled=throttled)


@given(throttled=st.lists(st.booleans(), max_size=200), most=st.integers(1, 16))
def test_the_limit_stays_between_one_and_the_most(throttled: list[bool], most: int) -> None:
    pace = Pace(most)
    for each in throttled:
        answer(pace, throttled=each)
        assert 1 <= pace.limit <= most


def test_a_throttled_answer_halves_the_limit_and_the_next_few_say_nothing_new() -> None:
    pace = Pace(16)
    limits = []
    for _ in range(16):
        answer(pace, throttled=True)
        limits.append(pace.limit)
    assert limits == [8] * 8 + [4] * 8


def test_answers_bring_the_limit_back() -> None:
    pace = Pace(4)
    answer(pace, throttled=True)
    assert pace.limit == 2
    for _ in range(20):
        answer(pace, throttled=False)
    assert pace.limit == 4


def test_who_comes_when_all_turns_are_taken_waits_for_one() -> None:
    pace = Pace(1)
    pace.enter()
    entered = Event()
    waiting = Thread(target=lambda: (pace.enter(), entered.set()), daemon=True)
    waiting.start()
    assert not entered.is_set()
    pace.leave(throttled=False)
    waiting.join()
    assert entered.is_set()

"""How many requests are in flight at once: half as many when the table throttles, slowly more when it answers."""

from hypothesis import given
from hypothesis import strategies as st

from audience.aws.adaptive_concurrency import AdaptiveConcurrency


@given(
    answers=st.lists(st.tuples(st.integers(0, 20), st.booleans()), max_size=200), maximum=st.integers(1, 16)
)
def test_the_limit_stays_between_one_and_the_maximum(answers: list[tuple[int, bool]], maximum: int) -> None:
    concurrency = AdaptiveConcurrency(maximum)
    for in_flight, throttled in answers:
        concurrency.answered(in_flight, throttled=throttled)
        assert 1 <= concurrency.limit <= maximum


def test_a_throttled_answer_halves_the_limit_and_those_sent_before_do_not_halve_it_again() -> None:
    concurrency = AdaptiveConcurrency(16)
    limits = []
    for in_flight in (*reversed(range(16)), *reversed(range(8))):
        concurrency.answered(in_flight, throttled=True)
        limits.append(concurrency.limit)
    assert limits == [8] * 16 + [4] * 8


def test_answers_bring_the_limit_back() -> None:
    concurrency = AdaptiveConcurrency(4)
    concurrency.answered(0, throttled=True)
    assert concurrency.limit == 2
    for _ in range(20):
        concurrency.answered(0, throttled=False)
    assert concurrency.limit == 4

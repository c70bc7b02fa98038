"""How many requests are in flight at once: half as many when the table throttles, slowly more when it answers."""

from itertools import cycle, islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audience.aws.adaptive_concurrency import MEASURED_FOR, SAMPLE, AdaptiveConcurrency


@given(
    answers=st.lists(
        st.tuples(st.integers(0, 20), st.booleans(), st.sampled_from([0, 0, 0.04, 1])), max_size=400
    ),
    maximum=st.integers(1, 16),
)
def test_the_limit_stays_between_one_and_the_maximum(
    answers: list[tuple[int, bool, float]], maximum: int
) -> None:
    concurrency = AdaptiveConcurrency(maximum)
    for in_flight, throttled, part in answers:
        concurrency.answered(in_flight, throttled=throttled)
        if part and not throttled:
            concurrency.throttled_in_part(in_flight, part)
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


def measured(every: int) -> AdaptiveConcurrency:
    """A limit that has fallen as far as it can, and there every so-manieth answer was a refusal; none if 0."""
    concurrency = AdaptiveConcurrency(32)
    while concurrency.limit > 1:
        concurrency.answered(0, throttled=True)
    for number in range(SAMPLE):
        assert concurrency.limit == 1
        concurrency.answered(0, throttled=bool(every) and number % every == 0)
    return concurrency


def answer(concurrency: AdaptiveConcurrency, every: int, number: int) -> set[int]:
    """Have every so-manieth answer be a refusal; return the limits after each answer."""
    limits = set()
    for throttled in islice(cycle([True] + [False] * (every - 1)), number):
        concurrency.answered(concurrency.limit - 1, throttled=throttled)
        limits.add(concurrency.limit)
    return limits


@pytest.mark.parametrize("every", [3, 5, 10, 100])
def test_what_is_refused_also_at_the_least_limit_does_not_lower_it(every: int) -> None:
    concurrency = measured(every)
    answer(concurrency, every, 100)
    assert answer(concurrency, every, 5_000) == {32}


@pytest.mark.parametrize("every", [0, 2])
def test_a_table_that_refuses_nothing_or_very_much_at_the_least_limit_is_not_excused_anything(
    every: int,
) -> None:
    concurrency = measured(every)
    while concurrency.limit < 8:
        concurrency.answered(0, throttled=False)
    concurrency.throttled_in_part(0, 0.04)
    assert concurrency.limit == 4


def test_more_refusals_than_by_chance_lower_the_limit_and_the_share_is_measured_again() -> None:
    concurrency = measured(10)
    answer(concurrency, 10, 100)
    assert min(answer(concurrency, 2, MEASURED_FOR)) == 1
    assert max(answer(concurrency, 2, 500)) < 8


def test_a_part_of_a_request_counts_as_that_part_of_an_answer() -> None:
    concurrency = measured(10)
    answer(concurrency, 10, 100)
    for _ in range(1_000):
        concurrency.answered(31, throttled=False)
        concurrency.throttled_in_part(31, 0.1)
        assert concurrency.limit == 32

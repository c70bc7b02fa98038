"""Apps come in turn to run their imports: none beyond its share, no room is left idle, nobody waits for ever."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from audience.jobs.concurrency import Limits, next_jobs
from audience.jobs.model import JobKey

NAMES = st.sampled_from("abcd")


def jobs(*owners: str, born: int = 0) -> list[JobKey]:
    """Waiting jobs, the oldest first, each of the app that is named."""
    return [JobKey(owner, "IMPORT", f"{born + number:06d}") for number, owner in enumerate(owners)]


def turns(waiting: list[JobKey], running: dict[str, str], most: int, most_an_app: int) -> list[str]:
    found = next_jobs(waiting, running, Limits(most, most_an_app))
    return [f"{key.application_id}{int(key.job_id)}" for key in found]


def test_apps_come_in_turn_and_each_begins_with_its_oldest_job() -> None:
    assert turns(jobs(*"aaabbc")[::-1], {}, 5, 5) == ["a0", "b3", "c5", "a1", "b4"]


def test_an_app_comes_after_those_that_run_fewer_jobs() -> None:
    assert turns(jobs(*"aab"), {"x": "a", "y": "c"}, 4, 4) == ["b2", "a0"]


def test_the_share_of_an_app_is_left_to_it_and_the_rest_to_others() -> None:
    waiting = jobs(*"aaaa")
    assert turns(waiting, {}, 4, 2) == ["a0", "a1"]
    assert turns(waiting, {"x": "a", "y": "a"}, 4, 2) == []
    assert turns([*waiting, *jobs("b", born=9)], {"x": "a", "y": "a"}, 4, 2) == ["b9"]


def test_a_running_job_of_no_known_app_counts_against_the_limit_and_no_apps_share() -> None:
    assert turns(jobs(*"aa"), {"x": ""}, 2, 2) == ["a0"]


def test_a_job_that_runs_is_not_started_again() -> None:
    waiting = jobs(*"ab")
    assert turns(waiting, {waiting[0].job_id: "a"}, 3, 3) == ["b1"]


@given(
    owners=st.lists(NAMES, max_size=30),
    running=st.dictionaries(st.text("xyz", min_size=1, max_size=4), NAMES | st.just(""), max_size=12),
    most=st.integers(1, 12),
    most_an_app=st.integers(1, 12),
)
def test_no_app_runs_more_than_its_share_and_no_room_is_idle_for_a_job_that_may_run(
    owners: list[str], running: dict[str, str], most: int, most_an_app: int
) -> None:
    waiting = jobs(*owners)
    found = next_jobs(waiting, running, Limits(most, most_an_app))
    held = Counter([*running.values(), *(key.application_id for key in found)])
    assert len(found) == len(set(found)) <= max(0, most - len(running))
    assert all(held[key.application_id] <= most_an_app for key in found)
    if len(running) + len(found) < most:
        assert all(held[key.application_id] >= most_an_app for key in set(waiting) - set(found))


@given(
    owners=st.lists(NAMES, min_size=1, max_size=20),
    newcomers=st.lists(st.lists(st.sampled_from("abcdefgh"), max_size=4), min_size=30, max_size=30),
    most=st.integers(1, 6),
    most_an_app=st.integers(1, 6),
)
def test_the_oldest_job_runs_once_those_have_ended_that_ran_before_it(
    owners: list[str], newcomers: list[list[str]], most: int, most_an_app: int
) -> None:
    waiting, running, limits = (
        jobs(*owners),
        {f"x{number}": "a" for number in range(most)},
        Limits(most, most_an_app),
    )
    oldest, ended = waiting[0], 0
    for number, more in enumerate(newcomers):
        waiting += jobs(*more, born=1000 * (number + 1))
        running.pop(next(iter(running)))  # the one that has run for longest
        ended += 1
        for key in next_jobs(waiting, running, limits):
            waiting.remove(key)
            running[key.job_id] = key.application_id
        if oldest.job_id in running:
            break
    assert oldest.job_id in running
    assert ended <= most

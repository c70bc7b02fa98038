"""Statuses move in one direction, and every job can end."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audience.jobs.status import TERMINAL, Status, may_precede

STATUSES: tuple[Status, ...] = get_args(Status)
WAY: tuple[Status, ...] = (
    "CREATED",
    "PENDING_JOB",
    "PREPARING_FOR_INITIALIZATION",
    "INITIALIZING",
    "PROCESSING",
    "COMPLETING",
    "COMPLETED",
)
LATER = [status for status in STATUSES if status != "CREATED"]


def following(status: Status) -> set[Status]:
    return {new for new in LATER if status in may_precede(new)}


@given(wanted=st.lists(st.sampled_from(LATER), max_size=30))
def test_whatever_is_asked_nothing_leaves_a_terminal_status_and_no_status_comes_twice(
    wanted: list[Status],
) -> None:
    passed: list[Status] = ["CREATED"]
    for new in wanted:
        if passed[-1] in may_precede(new):
            assert passed[-1] not in TERMINAL
            passed.append(new)
    assert len(passed) == len(set(passed))
    on_the_way = [status for status in passed if status in WAY]
    assert on_the_way == sorted(on_the_way, key=WAY.index)


@pytest.mark.parametrize("status", [status for status in STATUSES if status not in TERMINAL])
def test_a_job_that_has_not_ended_can_fail(status: Status) -> None:
    assert "FAILED" in following(status)


@pytest.mark.parametrize("status", sorted(TERMINAL))
def test_a_job_that_has_ended_goes_nowhere(status: Status) -> None:
    assert following(status) == set()


def test_a_job_goes_the_contracts_way_and_may_pass_over_steps() -> None:
    for number, status in enumerate(WAY):
        assert following(status) & set(WAY) == set(WAY[number + 1 :])


def test_a_job_that_is_cancelled_does_not_complete() -> None:
    assert following("CANCELLING") == {"CANCELLED", "FAILED"}


def test_a_job_that_fails_is_neither_completed_nor_cancelled() -> None:
    assert following("FAILING") == {"FAILED"}


def test_a_job_past_its_last_row_is_not_cancelled_any_more() -> None:
    assert following("COMPLETING") == {"COMPLETED", "FAILING", "FAILED"}

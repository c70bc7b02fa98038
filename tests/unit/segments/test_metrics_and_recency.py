"""How criteria on metrics and on activity read an endpoint."""

import pytest

from tests.unit.segments.definitions import takes

HOLDS = {
    "EQUAL": (False, True, False),
    "GREATER_THAN": (False, False, True),
    "LESS_THAN": (True, False, False),
    "GREATER_THAN_OR_EQUAL": (False, True, True),
    "LESS_THAN_OR_EQUAL": (True, True, False),
}


def metric(operator, value):
    return {"Metrics": {"Visits": {"ComparisonOperator": operator, "Value": value}}}


def recency(duration, kind):
    return {"Behavior": {"Recency": {"Duration": duration, "RecencyType": kind}}}


@pytest.mark.parametrize("operator", HOLDS)
def test_a_metric_is_compared_as_the_operator_says(operator):
    below, at, above = HOLDS[operator]
    assert takes(metric(operator, 3), Metrics={"Visits": 2.5}) is below
    assert takes(metric(operator, 3), Metrics={"Visits": 3.0}) is at
    assert takes(metric(operator, 3), Metrics={"Visits": 4}) is above


@pytest.mark.parametrize("operator", HOLDS)
@pytest.mark.parametrize("endpoint", [{}, {"Metrics": {}}, {"Metrics": {"visits": 0.0}}])
def test_an_absent_metric_never_matches(operator, endpoint):
    assert not takes(metric(operator, 0), **endpoint)


def test_a_metric_of_zero_counts_as_present():
    assert takes(metric("LESS_THAN", 1), Metrics={"Visits": 0})


FIRST_MOMENT = {
    "HR_24": "2026-11-23T12:00:00.000Z",
    "DAY_7": "2026-11-17T12:00:00.000Z",
    "DAY_14": "2026-11-10T12:00:00.000Z",
    "DAY_30": "2026-10-25T12:00:00.000Z",
}


@pytest.mark.parametrize(("duration", "first_moment"), FIRST_MOMENT.items())
def test_active_means_updated_within_the_duration_its_first_moment_included(duration, first_moment):
    just_before = first_moment.replace("12:00:00.000", "11:59:59.999")
    assert takes(recency(duration, "ACTIVE"), EffectiveDate=first_moment)
    assert not takes(recency(duration, "ACTIVE"), EffectiveDate=just_before)


@pytest.mark.parametrize(("duration", "first_moment"), FIRST_MOMENT.items())
def test_inactive_means_not_updated_within_the_duration(duration, first_moment):
    just_before = first_moment.replace("12:00:00.000", "11:59:59.999")
    assert takes(recency(duration, "INACTIVE"), EffectiveDate=just_before)
    assert not takes(recency(duration, "INACTIVE"), EffectiveDate=first_moment)


@pytest.mark.parametrize("endpoint", [{}, {"EffectiveDate": None}, {"EffectiveDate": "yesterday"}])
def test_an_endpoint_without_a_readable_date_is_inactive(endpoint):
    assert takes(recency("DAY_30", "INACTIVE"), **endpoint)
    assert not takes(recency("DAY_30", "ACTIVE"), **endpoint)


def test_a_date_after_now_is_active():
    assert takes(recency("HR_24", "ACTIVE"), EffectiveDate="2026-11-24T12:00:05Z")

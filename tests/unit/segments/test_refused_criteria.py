"""A refusal names the member, what it got and what is allowed: criteria."""

import pytest

from audience.segments.groups import parse_segment
from audience.segments.validation import SegmentInvalidError


def plan(**criterion):
    return {"Attributes": {"Plan": criterion}}


def visits(operator="EQUAL", value=1.0):
    return {"Metrics": {"Visits": {"ComparisonOperator": operator, "Value": value}}}


def circle(latitude=0.0, longitude=0.0, **members):
    coordinates = {"Latitude": latitude, "Longitude": longitude}
    return {"Location": {"GPSPoint": {"Coordinates": coordinates, **members}}}


def recency(**criterion):
    return {"Behavior": {"Recency": criterion}}


REFUSED = {
    "unknown dimension": ({"Colour": {}}, "Colour: {} is not a member of Dimensions"),
    "attribute type": (
        plan(AttributeType="FOO", Values=["a"]),
        (
            "Attributes.Plan.AttributeType: 'FOO' is not one of "
            "INCLUSIVE, EXCLUSIVE, CONTAINS, BEFORE, AFTER, BETWEEN, ON"
        ),
    ),
    "no values": (plan(), "Attributes.Plan.Values: missing, must be given"),
    "empty values": (plan(Values=[]), "Attributes.Plan.Values: [] is not a list of at least one entry"),
    "value not text": (plan(Values=["a", 1]), "Attributes.Plan.Values[1]: 1 is not a string"),
    "one of two is no date for BEFORE": (
        plan(AttributeType="BEFORE", Values=["2026-01-01", "soon"]),
        "Attributes.Plan.Values: ['2026-01-01', 'soon'] is not a list of ISO 8601 dates, as BEFORE wants",
    ),
    "no date for AFTER": (
        plan(AttributeType="AFTER", Values=["tomorrow"]),
        "Attributes.Plan.Values: ['tomorrow'] is not a list of ISO 8601 dates, as AFTER wants",
    ),
    "no such day for ON": (
        plan(AttributeType="ON", Values=["2026-02-30"]),
        "Attributes.Plan.Values: ['2026-02-30'] is not a list of ISO 8601 dates, as ON wants",
    ),
    "one date for BETWEEN": (
        plan(AttributeType="BETWEEN", Values=["2026-01-01"]),
        "Attributes.Plan.Values: ['2026-01-01'] is not two ISO 8601 dates, the earlier first, as BETWEEN wants",
    ),
    "later date first": (
        plan(AttributeType="BETWEEN", Values=["2026-01-02", "2026-01-01"]),
        (
            "Attributes.Plan.Values: ['2026-01-02', '2026-01-01'] is not "
            "two ISO 8601 dates, the earlier first, as BETWEEN wants"
        ),
    ),
    "operator": (
        visits(operator="EQUALS"),
        (
            "Metrics.Visits.ComparisonOperator: 'EQUALS' is not one of "
            "EQUAL, GREATER_THAN, LESS_THAN, GREATER_THAN_OR_EQUAL, LESS_THAN_OR_EQUAL"
        ),
    ),
    "number as text": (visits(value="1"), "Metrics.Visits.Value: '1' is not a valid number"),
    "truth as number": (visits(value=True), "Metrics.Visits.Value: True is not a valid number"),
    "number the table cannot hold": (
        visits(value=1e200),
        "Metrics.Visits.Value: 1e+200 is not 0 or a number of a size from 1e-130 to 9.9e+37",
    ),
    "dimension type": (
        {"Demographic": {"Make": {"DimensionType": "CONTAINS", "Values": ["a"]}}},
        "Demographic.Make.DimensionType: 'CONTAINS' is not one of INCLUSIVE, EXCLUSIVE",
    ),
    "empty set": (
        {"Location": {"Country": {"Values": []}}},
        "Location.Country.Values: [] is not a list of at least one entry",
    ),
    "latitude": (
        circle(latitude=90.1, RangeInKilometers=1),
        "Location.GPSPoint.Coordinates.Latitude: 90.1 is not less than or equal to 90",
    ),
    "longitude": (
        circle(longitude=-181, RangeInKilometers=1),
        "Location.GPSPoint.Coordinates.Longitude: -181 is not greater than or equal to -180",
    ),
    "range of nothing": (
        circle(RangeInKilometers=0),
        "Location.GPSPoint.RangeInKilometers: 0 is not greater than 0",
    ),
    "no range": (circle(), "Location.GPSPoint.RangeInKilometers: missing, must be given"),
    "duration": (
        recency(Duration="DAY_1", RecencyType="ACTIVE"),
        "Behavior.Recency.Duration: 'DAY_1' is not one of HR_24, DAY_7, DAY_14, DAY_30",
    ),
    "recency type": (
        recency(Duration="DAY_7", RecencyType="DORMANT"),
        "Behavior.Recency.RecencyType: 'DORMANT' is not one of ACTIVE, INACTIVE",
    ),
}


@pytest.mark.parametrize(("dimensions", "message"), REFUSED.values(), ids=REFUSED)
def test_a_criterion_is_refused_with_the_member_what_it_got_and_what_is_allowed(dimensions, message):
    with pytest.raises(SegmentInvalidError) as refusal:
        parse_segment({"Name": "n", "Dimensions": dimensions})
    assert str(refusal.value) == f"Dimensions.{message}"

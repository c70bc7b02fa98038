"""What a WriteSegmentRequest may say."""

import pytest

from audience.errors import PermanentError
from audience.segments.groups import parse_segment
from audience.segments.validation import SegmentInvalidError

BASE = "0123456789abcdef0123456789abcdef"
COMPLETE = {
    "Name": "everything",
    "tags": {"team": "growth"},
    "Dimensions": {
        "Attributes": {
            "Interests": {"AttributeType": "CONTAINS", "Values": ["Sci", "Mus"]},
            "Renewal": {"AttributeType": "BETWEEN", "Values": ["2026-01-01", "2026-12-31T23:59:59Z"]},
            "Plan": {"Values": ["premium"]},
        },
        "UserAttributes": {"Joined": {"AttributeType": "AFTER", "Values": ["2026-02-05"]}},
        "Metrics": {"Visits": {"ComparisonOperator": "GREATER_THAN_OR_EQUAL", "Value": 3}},
        "Demographic": {
            "AppVersion": {"Values": ["1.0"]},
            "Channel": {"DimensionType": "INCLUSIVE", "Values": ["PUSH", "EMAIL"]},
            "DeviceType": {"Values": ["ios"]},
            "Make": {"DimensionType": "EXCLUSIVE", "Values": ["apple"]},
            "Model": {"Values": ["iPhone"]},
            "Platform": {"Values": ["ios"]},
        },
        "Location": {
            "Country": {"Values": ["US"]},
            "GPSPoint": {"Coordinates": {"Latitude": 47.6, "Longitude": -122.3}, "RangeInKilometers": 50},
        },
        "Behavior": {"Recency": {"Duration": "DAY_30", "RecencyType": "ACTIVE"}},
    },
}
GROUPED = {
    "Name": "grouped",
    "SegmentGroups": {
        "Include": "ALL",
        "Groups": [
            {
                "Type": "ANY",
                "Dimensions": [{}, {"Attributes": {"Plan": {"Values": ["a"]}}}],
                "SourceType": "NONE",
                "SourceSegments": [{"Id": BASE}, {"Id": BASE, "Version": 2}],
            },
            {"SourceSegments": [], "Dimensions": []},
        ],
    },
}
EMPTY = {"Name": "everyone", "Dimensions": {}}


@pytest.mark.parametrize("body", [COMPLETE, GROUPED, EMPTY], ids=["dimensions", "groups", "empty"])
def test_the_document_is_what_the_client_sent(body):
    assert parse_segment(body).document() == body


def test_null_members_count_as_absent():
    body = {"Name": "n", "Dimensions": {"Metrics": None}, "SegmentGroups": None, "tags": None}
    assert parse_segment(body).document() == {"Name": "n", "Dimensions": {}}


def test_a_parsed_segment_does_not_change():
    with pytest.raises(ValueError, match="frozen"):
        parse_segment(EMPTY).name = "another"


def test_a_refusal_is_permanent_and_carries_its_parts():
    wrong = {"Name": "n", "Dimensions": {"Attributes": {"Plan": {"AttributeType": "", "Values": ["a"]}}}}
    with pytest.raises(PermanentError) as refusal:
        parse_segment(wrong)
    refused = refusal.value
    assert isinstance(refused, SegmentInvalidError)
    assert (refused.field, refused.value) == ("Dimensions.Attributes.Plan.AttributeType", "")
    assert refused.allowed == "one of INCLUSIVE, EXCLUSIVE, CONTAINS, BEFORE, AFTER, BETWEEN, ON"


def test_a_refusal_cuts_a_long_value():
    with pytest.raises(SegmentInvalidError) as refusal:
        parse_segment({"Name": "n", "Dimensions": "x" * 5000})
    assert len(str(refusal.value)) < 200


def test_a_name_alone_means_everybody():
    assert parse_segment({"Name": "all"}).document() == {"Name": "all", "Dimensions": {}}

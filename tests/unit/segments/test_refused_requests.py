"""A refusal names the member, what it got and what is allowed: the request around the criteria."""

import pytest

from audience.segments.groups import parse_segment
from audience.segments.validation import SegmentInvalidError

BASE = "0123456789abcdef0123456789abcdef"


def with_group(**members):
    return {"Name": "n", "SegmentGroups": {"Groups": [{}, members]}}


REFUSED = {
    "no name": ({"Dimensions": {}}, "Name: missing, must be given"),
    "null name": ({"Name": None, "Dimensions": {}}, "Name: missing, must be a string"),
    "empty name": ({"Name": "", "Dimensions": {}}, "Name: '' is not a string of at least one character"),
    "number as name": ({"Name": 7, "Dimensions": {}}, "Name: 7 is not a string"),
    "neither dimensions nor groups": (
        {"Name": "n", "Dimensions": None},
        "Dimensions, SegmentGroups: 'neither' is not one of the two",
    ),
    "both dimensions and groups": (
        {"Name": "n", "Dimensions": {}, "SegmentGroups": {}},
        "Dimensions, SegmentGroups: 'both' is not one of the two",
    ),
    "unknown member": ({"Name": "n", "Color": 1}, "Color: 1 is not a member of WriteSegmentRequest"),
    "tag that is no string": ({"Name": "n", "Dimensions": {}, "tags": {"a": 1}}, "tags.a: 1 is not a string"),
    "not an object": ([], "WriteSegmentRequest: [] is not an object"),
    "dimensions not an object": ({"Name": "n", "Dimensions": 3}, "Dimensions: 3 is not an object"),
    "include": (
        {"Name": "n", "SegmentGroups": {"Include": "SOME"}},
        "SegmentGroups.Include: 'SOME' is not one of ALL, ANY, NONE",
    ),
    "type": (with_group(Type="ONE"), "SegmentGroups.Groups[1].Type: 'ONE' is not one of ALL, ANY, NONE"),
    "source type": (
        with_group(SourceType="or"),
        "SegmentGroups.Groups[1].SourceType: 'or' is not one of ALL, ANY, NONE",
    ),
    "base segment id": (
        with_group(SourceSegments=[{"Id": "mine"}]),
        "SegmentGroups.Groups[1].SourceSegments[0].Id: 'mine' is not an id of 32 lower-case hex digits",
    ),
    "base segment version": (
        with_group(SourceSegments=[{"Id": BASE}, {"Id": BASE, "Version": 0}]),
        "SegmentGroups.Groups[1].SourceSegments[1].Version: 0 is not greater than or equal to 1",
    ),
    "base segment version as text": (
        with_group(SourceSegments=[{"Id": BASE, "Version": "1"}]),
        "SegmentGroups.Groups[1].SourceSegments[0].Version: '1' is not a valid integer",
    ),
    "criterion in a group": (
        with_group(Dimensions=[{}, {"Attributes": {"Plan": {"Values": "a"}}}]),
        "SegmentGroups.Groups[1].Dimensions[1].Attributes.Plan.Values: 'a' is not a list",
    ),
}


@pytest.mark.parametrize(("body", "message"), REFUSED.values(), ids=REFUSED)
def test_a_request_is_refused_with_the_member_what_it_got_and_what_is_allowed(body, message):
    with pytest.raises(SegmentInvalidError) as refusal:
        parse_segment(body)
    assert str(refusal.value) == message

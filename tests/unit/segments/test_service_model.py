"""The models have the members, required members and enums of botocore's service model."""

from typing import Literal, get_args, get_origin

import pytest
from botocore.session import get_session

from audience.segments import dimensions, groups

SERVICE = get_session().get_service_model("pinpoint")
MODELS = {
    "WriteSegmentRequest": groups.WriteSegment,
    "SegmentGroupList": groups.SegmentGroupList,
    "SegmentGroup": groups.SegmentGroup,
    "SegmentReference": groups.SegmentReference,
    "SegmentDimensions": dimensions.SegmentDimensions,
    "AttributeDimension": dimensions.AttributeDimension,
    "MetricDimension": dimensions.MetricDimension,
    "SetDimension": dimensions.SetDimension,
    "SegmentDemographics": dimensions.SegmentDemographics,
    "SegmentLocation": dimensions.SegmentLocation,
    "GPSPointDimension": dimensions.GPSPointDimension,
    "GPSCoordinates": dimensions.GPSCoordinates,
    "SegmentBehaviors": dimensions.SegmentBehaviors,
    "RecencyDimension": dimensions.RecencyDimension,
}
# Required here alone: a segment has a name, and a circle a radius.
STRICTER = {"WriteSegmentRequest": {"Name"}, "GPSPointDimension": {"RangeInKilometers"}}


def names(annotation):
    """The literals of an annotation, None aside."""
    for part in get_args(annotation):
        if get_origin(part) is Literal:
            return set(get_args(part))
    return set(get_args(annotation)) if get_origin(annotation) is Literal else set()


@pytest.mark.parametrize("shape", MODELS)
def test_members_required_members_and_enums_are_those_of_the_service_model(shape):
    described = SERVICE.shape_for(shape)
    fields = {field.alias: field for field in MODELS[shape].model_fields.values()}
    assert set(fields) == set(described.members)
    required = {alias for alias, field in fields.items() if field.is_required()}
    assert required == set(described.required_members) | STRICTER.get(shape, set())
    for alias, member in described.members.items():
        if getattr(member, "enum", None):
            assert names(fields[alias].annotation) == set(member.enum)


def test_the_metric_operators_are_those_of_the_documentation():
    documentation = SERVICE.shape_for("MetricDimension").members["ComparisonOperator"].documentation
    listed = documentation.split("Valid values are: ")[1].split(".")[0].replace(" and ", " ")
    assert {name.strip() for name in listed.split(",")} == set(get_args(dimensions.ComparisonOperator))

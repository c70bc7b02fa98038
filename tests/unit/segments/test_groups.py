"""How criteria, groups and base segments are combine."""

import pytest

from audience.segments.groups import parse_segment
from audience.segments.matching import compile_segment, matches
from tests.unit.segments.definitions import NO_BASES, NOW, Members, takes, with_groups

ONE, TWO = "1" * 32, "2" * 32
A = {"Attributes": {"A": {"Values": ["yes"]}}}
B = {"Attributes": {"B": {"Values": ["yes"]}}}
HAS_BOTH = {"Id": "both", "Attributes": {"A": ["yes"], "B": ["yes"]}}
HAS_A = {"Id": "a", "Attributes": {"A": ["yes"]}}
HAS_NONE = {"Id": "none"}
COMBINATIONS = {"ALL": [HAS_BOTH], "ANY": [HAS_BOTH, HAS_A], "NONE": [HAS_NONE]}
BASES = Members(**{ONE: {"both", "a"}, TWO: {"both"}})


def taken(segment, bases=BASES):
    return [each for each in (HAS_BOTH, HAS_A, HAS_NONE) if matches(segment, each, bases, NOW)]


def test_empty_dimensions_take_every_endpoint():
    assert takes({})
    assert takes({"Demographic": {}, "Location": {}, "Behavior": {}, "Attributes": {}, "Metrics": {}})


def test_criteria_of_all_kinds_must_hold_together():
    criteria = {
        "Attributes": {"Plan": {"Values": ["gold"]}},
        "Metrics": {"Visits": {"ComparisonOperator": "EQUAL", "Value": 1}},
        "Demographic": {"Channel": {"Values": ["SMS"]}},
    }
    endpoint = {"Attributes": {"Plan": ["gold"]}, "Metrics": {"Visits": 1.0}, "ChannelType": "SMS"}
    assert takes(criteria, **endpoint)
    for left_out in endpoint:
        assert not takes(criteria, **{name: value for name, value in endpoint.items() if name != left_out})


@pytest.mark.parametrize(("combination", "expected"), COMBINATIONS.items())
def test_type_combines_the_dimensions_of_a_group(combination, expected):
    assert taken(with_groups({"Dimensions": [A, B], "Type": combination})) == expected


@pytest.mark.parametrize(("combination", "expected"), COMBINATIONS.items())
def test_source_type_combines_the_base_segments_of_a_group(combination, expected):
    sources = [{"Id": ONE}, {"Id": TWO}]
    assert taken(with_groups({"SourceSegments": sources, "SourceType": combination})) == expected


@pytest.mark.parametrize(("combination", "expected"), COMBINATIONS.items())
def test_include_combines_the_groups(combination, expected):
    assert taken(with_groups({"Dimensions": [A]}, {"Dimensions": [B]}, Include=combination)) == expected


def test_a_combination_left_out_is_all():
    assert taken(with_groups({"Dimensions": [A, B]})) == COMBINATIONS["ALL"]
    assert taken(with_groups({"SourceSegments": [{"Id": ONE}, {"Id": TWO}]})) == COMBINATIONS["ALL"]
    assert taken(with_groups({"Dimensions": [A]}, {"Dimensions": [B]})) == COMBINATIONS["ALL"]


def test_none_applies_to_a_single_condition_too():
    assert taken(with_groups({"Dimensions": [A], "Type": "NONE"})) == [HAS_NONE]
    assert taken(with_groups({"Dimensions": [A]}, Include="NONE")) == [HAS_NONE]


def test_a_groups_dimensions_narrow_its_base_segments():
    group = {"SourceSegments": [{"Id": ONE}], "Dimensions": [B], "SourceType": "ANY", "Type": "ANY"}
    assert taken(with_groups(group)) == [HAS_BOTH]


def test_a_group_without_base_segments_starts_from_everyone():
    group = {"Dimensions": [A], "SourceSegments": [], "SourceType": "ANY", "Type": "ANY"}
    assert taken(with_groups(group, Include="ALL")) == [HAS_BOTH, HAS_A]


def test_a_group_without_dimensions_is_its_base_segments():
    assert taken(with_groups({"SourceSegments": [{"Id": TWO}], "Dimensions": [], "Type": "NONE"})) == [
        HAS_BOTH
    ]


@pytest.mark.parametrize("groups", [{}, {"Groups": []}, {"Groups": [], "Include": "ANY"}, {"Groups": [{}]}])
def test_groups_without_a_condition_take_every_endpoint(groups):
    assert matches(parse_segment({"Name": "n", "SegmentGroups": groups}), HAS_NONE, NO_BASES, NOW)


def test_base_segments_are_asked_by_id_and_version():
    bases = Members(**{ONE: {"both"}, TWO: {"both"}})
    sources = [{"Id": ONE}, {"Id": TWO, "Version": 3}]
    assert matches(with_groups({"SourceSegments": sources}), HAS_BOTH, bases, NOW)
    assert bases.asked == [(ONE, None), (TWO, 3)]


def test_base_segments_are_not_asked_where_the_dimensions_do_not_hold():
    bases = Members(**{ONE: {"none"}})
    assert not matches(
        with_groups({"SourceSegments": [{"Id": ONE}], "Dimensions": [A]}), HAS_NONE, bases, NOW
    )
    assert bases.asked == []


def test_a_compiled_segment_serves_many_endpoints():
    is_in = compile_segment(with_groups({"Dimensions": [A]}), NO_BASES, NOW)
    assert [is_in(each) for each in (HAS_BOTH, HAS_A, HAS_NONE, HAS_A)] == [True, True, False, True]

"""Segments as GetSegments gave them."""

import json

import pytest

from migrate.saved_segments import UnusableSegmentsError, bases_first, read_segments

IMPORTED = {
    "Id": "i" * 32,
    "Name": "Customers",
    "SegmentType": "IMPORT",
    "Version": 2,
    "ImportDefinition": {"Size": 7, "ChannelCounts": {"EMAIL": 7}, "S3Url": "s3://gone/x"},
    "tags": {"team": "crm"},
}


def _group(*bases):
    return {
        "SegmentGroups": {"Groups": [{"SourceSegments": [{"Id": base} for base in bases]}], "Include": "ALL"}
    }


def _dimensional(segment_id, *bases):
    return {"Id": segment_id, "Name": segment_id, "SegmentType": "DIMENSIONAL", **_group(*bases)}


@pytest.mark.parametrize(
    "wrapped", [lambda items: {"SegmentsResponse": {"Item": items}}, lambda items: {"Item": items}, list]
)
def test_an_answer_is_read_whole_or_only_its_items(wrapped):
    [segment] = read_segments(json.dumps(wrapped([IMPORTED])))
    assert (segment.id, segment.name, segment.imported) == ("i" * 32, "Customers", True)
    assert (segment.size, segment.channels, segment.tags) == (7, {"EMAIL": 7}, {"team": "crm"})


def test_of_several_versions_the_newest_counts():
    older = {**IMPORTED, "Version": 1, "Name": "Old"}
    assert [each.name for each in read_segments(json.dumps([IMPORTED, older]))] == ["Customers"]


def test_of_groups_and_dimensions_the_groups_are_kept():
    both = {**_dimensional("d"), "Dimensions": {"Attributes": {}, "Metrics": {"a": {}}}}
    [segment] = read_segments(json.dumps([both]))
    assert list(segment.definition) == ["SegmentGroups"]


def test_bases_come_first():
    saved = [_dimensional("c", "b", "outside"), _dimensional("a"), _dimensional("b", "a")]
    assert [each.id for each in bases_first(read_segments(json.dumps(saved)))] == ["a", "b", "c"]


def test_a_circle_is_named():
    saved = read_segments(json.dumps([_dimensional("a", "b"), _dimensional("b", "a")]))
    with pytest.raises(UnusableSegmentsError, match="in a circle: a, b"):
        bases_first(saved)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{", "it is not JSON"),
        ("{}", "no list of segments"),
        ('[{"SegmentType": "IMPORT"}]', "number 1 of the list has no Id"),
        ('[{"Id": "a"}]', "number 1 of the list has no SegmentType"),
        ("[3]", "number 1 of the list has no Id"),
    ],
)
def test_what_is_no_list_of_segments_is_told(text, told):
    with pytest.raises(UnusableSegmentsError, match=told):
        read_segments(text)

"""Merge policies: who has the last word on what."""

import pytest

from audience.profiles.merging import MergeRule, merge_fragments
from tests.unit.profiles.making import endpoint, stitched

LAST_WINS = MergeRule("timestampOrdered")
OLD, NEW = "2026-01-01T00:00:00.000Z", "2026-02-01T00:00:00.000Z"


def document(profile, rule=LAST_WINS):
    return merge_fragments(rule.ranked(profile))


def test_the_last_update_wins_attribute_by_attribute():
    profile = stitched(
        "u",
        endpoint("new", NEW, Attributes__a=["new"], Location__City="Rome"),
        endpoint("old", OLD, Attributes__a=["old"], Attributes__b=["kept"], Location__Country="IT"),
    )
    found = document(profile)
    assert found["Attributes"] == {"a": ["new"], "b": ["kept"]}
    assert found["Location"] == {"City": "Rome", "Country": "IT"}


@pytest.mark.parametrize(("first", "second"), [("a", "b"), ("b", "a")])
def test_of_two_updates_of_the_same_date_the_one_written_last_wins(first, second):
    profile = stitched(
        "u",
        endpoint(first, NEW, OptOut="ALL", ingested=1),
        endpoint(second, NEW, OptOut="NONE", ingested=2),
    )
    assert document(profile)["OptOut"] == "NONE"


def test_under_dataset_precedence_the_first_dataset_wins_whatever_the_dates():
    rule = MergeRule("dataSetPrecedence", ("trusted", "other"))
    profile = stitched(
        "u",
        endpoint("1", OLD, dataset="trusted", Attributes__a=["trusted"]),
        endpoint("2", NEW, dataset="other", Attributes__a=["other"], Attributes__b=["other"]),
    )
    assert document(profile, rule)["Attributes"] == {"a": ["trusted"], "b": ["other"]}


def test_endpoints_of_datasets_that_are_not_listed_are_not_merged():
    rule = MergeRule("dataSetPrecedence", ("trusted",))
    profile = stitched("u", endpoint("1", dataset="other"), endpoint("2"))
    assert rule.ranked(profile) == ()


def test_within_a_dataset_the_last_update_wins():
    rule = MergeRule("dataSetPrecedence", ("trusted",))
    profile = stitched(
        "u",
        endpoint("1", NEW, dataset="trusted", OptOut="ALL"),
        endpoint("2", OLD, dataset="trusted", OptOut="NONE"),
    )
    assert document(profile, rule)["OptOut"] == "ALL"

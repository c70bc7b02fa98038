"""Into which batches a profile goes, and what of it."""

from audience.memberships.history import Membership
from audience.profiles.definition import ProfileExportDefinition
from audience.profiles.export import ProfileExport
from tests.unit.profiles.making import alone, endpoint

DEFINITION = {
    "Fields": None,
    "MergePolicy": {
        "Id": "m",
        "Version": 1,
        "IdentityGraph": "pdg",
        "AttributeMerge": "timestampOrdered",
        "Order": [],
    },
    "Segments": [],
    "QualifiedFrom": None,
    "QualifiedTo": None,
    "IngestedAfter": None,
    "EmptyProfiles": False,
    "EventList": None,
    "Batches": ["b1"],
    "SegmentPerBatch": False,
    "DatasetId": "d",
    "Format": "json",
    "Evaluate": False,
    "Memberships": True,
}
REALIZED, EXITED = ["realized"], ["exited"]
ONE = {"SegmentId": "s1", "Statuses": REALIZED}
OTHER = {"SegmentId": "s2", "Statuses": EXITED}
PROFILE = alone(endpoint("1", ChannelType="EMAIL", Address="a", ingested=100))


def export_of(**definition):
    return ProfileExport.of(ProfileExportDefinition.from_document({**DEFINITION, **definition}))


def targets(memberships=None, **definition):
    known = {
        segment: Membership("E#1", status, since) for segment, (status, since) in (memberships or {}).items()
    }
    return export_of(**definition).batches_of(PROFILE, known)


def test_without_segments_every_profile_is_exported():
    assert targets() == ["b1"]


def test_a_profile_goes_once_into_the_batch_of_all_segments():
    both = {"s1": ("realized", 1), "s2": ("exited", 1)}
    assert targets(both, Segments=[ONE, OTHER]) == ["b1"]
    assert targets({"s2": ("exited", 1)}, Segments=[ONE, OTHER]) == ["b1"]
    assert targets({"s2": ("realized", 1)}, Segments=[ONE, OTHER]) == []
    assert targets({}, Segments=[ONE]) == []


def test_a_profile_goes_into_the_batch_of_each_of_its_segments():
    both = {"s1": ("realized", 1), "s2": ("exited", 1)}
    batches = {"Segments": [ONE, OTHER], "SegmentPerBatch": True, "Batches": ["b1", "b2"]}
    assert targets(both, **batches) == ["b1", "b2"]
    assert targets({"s2": ("exited", 1)}, **batches) == ["b2"]


def test_the_window_bounds_the_time_of_the_status_both_ends_included():
    window = {"Segments": [ONE], "QualifiedFrom": 10, "QualifiedTo": 20}
    assert [targets({"s1": ("realized", at)}, **window) for at in (9, 10, 20, 21)] == [[], ["b1"], ["b1"], []]


def test_only_what_was_written_strictly_after_a_moment_is_exported():
    assert [targets(IngestedAfter=moment) for moment in (99, 100, 101)] == [["b1"], [], []]


def test_identities_are_a_column_where_they_are_asked_for():
    export = export_of(Fields="identities.id,personalEmail.address")
    row = export.row(PROFILE, export.ranked(PROFILE), {}, ())
    assert row == {"identities": [{"id": "a"}], "personalEmail": {"address": "a"}}
    assert "identities" not in export_of().row(PROFILE, PROFILE.fragments, {}, ())

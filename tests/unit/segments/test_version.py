"""A version of a segment: its item, and what clients see of it."""

from dataclasses import fields

from botocore.session import get_session

from audience.segments.version import SegmentVersion

EVERYTHING = SegmentVersion(
    application_id="a",
    id="s",
    version=2,
    name="people",
    segment_type="IMPORT",
    created="2026-01-01T00:00:00.000Z",
    modified="2026-01-02T00:00:00.000Z",
    tags={"team": "crm"},
    dimensions={"Metrics": {}},
    segment_groups={"Groups": []},
    import_definition={"Size": 3},
    members={"key": "k", "shards": []},
    job_id="j",
)


def test_a_version_is_read_from_its_item_as_it_was_written():
    assert SegmentVersion.from_item({"pk": "p", "sk": "s", **EVERYTHING.to_item()}) == EVERYTHING
    assert len(EVERYTHING.to_item()) == len(fields(SegmentVersion))


def test_clients_see_the_members_of_the_service_model_and_not_those_of_the_service():
    shape = get_session().get_service_model("pinpoint").shape_for("SegmentResponse")
    assert EVERYTHING.shown().keys() | {"Arn"} == shape.members.keys()


def test_members_without_a_value_are_not_there():
    plain = {"application_id": "a", "id": "s", "version": 1, "name": "n", "created": "c", "modified": "m"}
    version = SegmentVersion(segment_type="DIMENSIONAL", dimensions={}, **plain)
    assert version.shown().keys() == {
        "Id",
        "ApplicationId",
        "Version",
        "Name",
        "SegmentType",
        "CreationDate",
        "LastModifiedDate",
        "Dimensions",
    }
    assert (version.is_imported, version.size, EVERYTHING.is_imported, EVERYTHING.size) == (False, 0, True, 3)

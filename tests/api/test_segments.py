"""Segments, through a stock client."""

from dataclasses import replace

import boto3
import pytest

from audience.identifiers import new_id, now_iso
from audience.segments.store import SegmentStore
from audience.segments.version import SegmentContent

EMAIL = {"Demographic": {"Channel": {"DimensionType": "INCLUSIVE", "Values": ["EMAIL"]}}}
ADULTS = {"Metrics": {"age": {"ComparisonOperator": "GREATER_THAN_OR_EQUAL", "Value": 18.5}}}


def create(pinpoint, app_id, **members):
    request = {"Name": "mail", "Dimensions": EMAIL, **members}
    return pinpoint.create_segment(ApplicationId=app_id, WriteSegmentRequest=request)["SegmentResponse"]


@pytest.fixture
def imported(app_id, stack):
    """An imported segment of 2 versions, as two import jobs leave it."""
    store = SegmentStore(boto3.resource("dynamodb").Table(stack.variables["CONTROL_TABLE"]))
    segment_id = new_id()
    for job in ("1", "2"):
        key = f"segments/{app_id}/{segment_id}/{job}.gz"
        stack.client("s3").put_object(Bucket=stack.variables["BUCKET"], Key=key, Body=b"")
        content = SegmentContent(
            name="people",
            segment_type="IMPORT",
            created=now_iso(),
            modified=now_iso(),
            import_definition={
                "S3Url": "s3://b/people.csv",
                "RoleArn": "arn:aws:iam::123456789012:role/r",
                "ExternalId": "123456789012",
                "Format": "CSV",
                "Size": 3,
                "ChannelCounts": {"EMAIL": 2, "SMS": 1},
            },
            members={"key": key},
            job_id=job,
        )
        store.publish(app_id, segment_id, content)
    return segment_id


def test_a_dimensional_segment_is_made_and_found(pinpoint, app_id):
    made = create(pinpoint, app_id, tags={"team": "crm"})
    assert made["Arn"].endswith(f":apps/{app_id}/segments/{made['Id']}")
    assert (made["SegmentType"], made["Version"], made["Name"]) == ("DIMENSIONAL", 1, "mail")
    assert made["Dimensions"] == EMAIL
    assert made["tags"] == {"team": "crm"}
    assert made["ApplicationId"] == app_id
    assert made["CreationDate"] == made["LastModifiedDate"]
    assert pinpoint.get_segment(ApplicationId=app_id, SegmentId=made["Id"])["SegmentResponse"] == made


def test_a_segment_of_groups_is_made(pinpoint, app_id):
    base = create(pinpoint, app_id)["Id"]
    groups = {
        "Groups": [{"SourceSegments": [{"Id": base, "Version": 1}], "Dimensions": [ADULTS], "Type": "ANY"}],
        "Include": "ALL",
    }
    made = pinpoint.create_segment(
        ApplicationId=app_id, WriteSegmentRequest={"Name": "g", "SegmentGroups": groups}
    )["SegmentResponse"]
    assert made["SegmentGroups"] == groups


@pytest.mark.parametrize("value", [1e30, 123456789012345678901234567890, 2.0**63, -1e19, 9.9e37])
def test_a_number_of_any_size_that_is_taken_comes_back_alone_and_in_lists(pinpoint, app_id, value):
    metrics = {"age": {"ComparisonOperator": "EQUAL", "Value": value}}
    made = create(pinpoint, app_id, Dimensions={"Metrics": metrics})
    found = pinpoint.get_segment(ApplicationId=app_id, SegmentId=made["Id"])["SegmentResponse"]
    assert found["Dimensions"]["Metrics"]["age"]["Value"] == float(value)
    assert pinpoint.get_segments(ApplicationId=app_id)["SegmentsResponse"]["Item"] == [found]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"Dimensions": EMAIL}, "Name: missing"),
        ({"Name": "x", "Dimensions": None}, "Dimensions, SegmentGroups: 'neither' is not one of the two"),
        ({"Name": "x", "Dimensions": {}, "SegmentGroups": {}}, "'both' is not one of the two"),
        ({"Name": "x", "Dimensions": {"Colour": {}}}, "Dimensions.Colour: {} is not a member of Dimensions"),
        (
            {"Name": "x", "Dimensions": {"Attributes": {"a": {"AttributeType": "LIKE", "Values": ["b"]}}}},
            "Dimensions.Attributes.a.AttributeType: 'LIKE' is not one of INCLUSIVE, EXCLUSIVE",
        ),
    ],
)
def test_a_segment_is_refused_in_words_that_name_the_member(http, app_id, body, message):
    answer = http("POST", f"/v1/apps/{app_id}/segments", body)
    assert answer.status == 400
    assert message in answer.error


def built_on(segment_id, **reference):
    return {"Groups": [{"SourceSegments": [{"Id": segment_id, **reference}]}]}


def test_a_base_segment_that_does_not_exist_is_refused(http, app_id, pinpoint):
    made = create(pinpoint, app_id)["Id"]
    for segments, missing in (
        (built_on("0" * 32), f"segment '{'0' * 32}'"),
        (built_on(made, Version=2), f"version 2 of segment '{made}'"),
    ):
        for method, target in (("POST", ""), ("PUT", f"/{made}")):
            body = {"Name": "x", "SegmentGroups": segments}
            answer = http(method, f"/v1/apps/{app_id}/segments{target}", body)
            expected = f"SegmentGroups.Groups[0].SourceSegments[0]: there is no {missing} in this app"
            assert (answer.status, answer.error) == (400, f"BadRequestException {expected}")


def test_a_segment_cannot_be_built_on_itself(http, app_id, pinpoint):
    made = create(pinpoint, app_id)["Id"]
    middle = pinpoint.create_segment(
        ApplicationId=app_id, WriteSegmentRequest={"Name": "m", "SegmentGroups": built_on(made)}
    )["SegmentResponse"]["Id"]
    for base in (built_on(made), built_on(middle), built_on(middle, Version=1)):
        answer = http("PUT", f"/v1/apps/{app_id}/segments/{made}", {"SegmentGroups": base})
        assert answer.status == 400
        assert "is built on the segment itself" in answer.error
    assert pinpoint.get_segment(ApplicationId=app_id, SegmentId=made)["SegmentResponse"]["Version"] == 1


def test_a_segment_can_be_built_on_an_older_version_of_itself(pinpoint, app_id):
    made = create(pinpoint, app_id)["Id"]
    request = {"Name": "narrowed", "SegmentGroups": built_on(made, Version=1)}
    updated = pinpoint.update_segment(ApplicationId=app_id, SegmentId=made, WriteSegmentRequest=request)
    assert updated["SegmentResponse"]["Version"] == 2


def test_an_update_makes_a_new_version_and_keeps_the_old_one(pinpoint, app_id):
    made = create(pinpoint, app_id)
    updated = pinpoint.update_segment(
        ApplicationId=app_id,
        SegmentId=made["Id"],
        WriteSegmentRequest={"Name": "adults", "Dimensions": ADULTS},
    )["SegmentResponse"]
    assert (updated["Version"], updated["Name"], updated["Dimensions"]) == (2, "adults", ADULTS)
    assert updated["CreationDate"] == made["CreationDate"]
    assert updated["LastModifiedDate"] >= made["LastModifiedDate"]
    found = pinpoint.get_segment_version(ApplicationId=app_id, SegmentId=made["Id"], Version="1")
    assert found["SegmentResponse"] == made
    newest = pinpoint.get_segment(ApplicationId=app_id, SegmentId=made["Id"])
    assert newest["SegmentResponse"] == updated


def test_an_update_keeps_what_it_leaves_out(pinpoint, app_id):
    made = create(pinpoint, app_id, Dimensions=ADULTS, tags={"a": "b"})
    renamed = pinpoint.update_segment(
        ApplicationId=app_id, SegmentId=made["Id"], WriteSegmentRequest={"Name": "new"}
    )["SegmentResponse"]
    assert (renamed["Name"], renamed["Dimensions"], renamed["tags"]) == ("new", ADULTS, {"a": "b"})


def test_an_update_may_turn_dimensions_into_groups(pinpoint, app_id):
    made = create(pinpoint, app_id)
    groups = {"Groups": [], "Include": "ANY"}
    updated = pinpoint.update_segment(
        ApplicationId=app_id, SegmentId=made["Id"], WriteSegmentRequest={"SegmentGroups": groups}
    )["SegmentResponse"]
    assert updated["SegmentGroups"] == groups
    assert "Dimensions" not in updated


def test_a_version_that_does_not_exist_is_not_found(pinpoint, app_id):
    made = create(pinpoint, app_id)
    for version in ("0", "2", "-1", "one", "1.0", "9" * 30, "\u0661"):
        with pytest.raises(pinpoint.exceptions.NotFoundException, match="there is no version"):
            pinpoint.get_segment_version(ApplicationId=app_id, SegmentId=made["Id"], Version=version)


def test_a_deleted_segment_is_given_back_and_gone_with_its_versions(pinpoint, app_id):
    made = create(pinpoint, app_id)
    where = {"ApplicationId": app_id, "SegmentId": made["Id"]}
    assert pinpoint.delete_segment(**where)["SegmentResponse"] == made
    for refused in (
        lambda: pinpoint.get_segment(**where),
        lambda: pinpoint.get_segment_versions(**where),
        lambda: pinpoint.get_segment_version(**where, Version="1"),
        lambda: pinpoint.update_segment(**where, WriteSegmentRequest={"Name": "x"}),
        lambda: pinpoint.delete_segment(**where),
        lambda: pinpoint.get_segment_import_jobs(**where),
        lambda: pinpoint.get_segment_export_jobs(**where),
    ):
        with pytest.raises(pinpoint.exceptions.NotFoundException, match="there is no segment"):
            refused()


def test_an_imported_segment_shows_its_import_and_nothing_of_ours(pinpoint, app_id, imported):
    found = pinpoint.get_segment(ApplicationId=app_id, SegmentId=imported)["SegmentResponse"]
    assert (found["SegmentType"], found["Version"]) == ("IMPORT", 2)
    assert found["ImportDefinition"]["Size"] == 3
    assert found["ImportDefinition"]["ChannelCounts"] == {"EMAIL": 2, "SMS": 1}


def test_our_own_members_of_a_segment_stay_with_us(http, app_id, imported):
    shown = http("GET", f"/v1/apps/{app_id}/segments/{imported}").json
    assert {name for name in shown if name[0].islower()} == {"tags"}


def test_an_imported_segment_can_be_renamed_and_keeps_its_members(pinpoint, app_id, imported):
    renamed = pinpoint.update_segment(
        ApplicationId=app_id, SegmentId=imported, WriteSegmentRequest={"Name": "new", "tags": {"a": "b"}}
    )["SegmentResponse"]
    assert (renamed["Version"], renamed["Name"], renamed["tags"]) == (3, "new", {"a": "b"})
    assert renamed["ImportDefinition"]["Size"] == 3


@pytest.mark.parametrize("content", [{"Dimensions": EMAIL}, {"SegmentGroups": {}}])
def test_the_content_of_an_imported_segment_cannot_be_edited(pinpoint, app_id, imported, content):
    with pytest.raises(pinpoint.exceptions.BadRequestException, match="cannot be edited"):
        pinpoint.update_segment(ApplicationId=app_id, SegmentId=imported, WriteSegmentRequest=content)


def test_an_imported_segment_takes_no_name_that_is_no_string(http, app_id, imported):
    answer = http("PUT", f"/v1/apps/{app_id}/segments/{imported}", {"Name": 5})
    assert "Name: 5 is not a string" in answer.error


def test_a_deleted_imported_segment_takes_its_members_along(pinpoint, app_id, imported, stack):
    pinpoint.delete_segment(ApplicationId=app_id, SegmentId=imported)
    left = stack.client("s3").list_objects_v2(Bucket=stack.variables["BUCKET"], Prefix=f"segments/{app_id}/")
    assert left["KeyCount"] == 0


def test_a_name_that_is_changed_while_an_import_publishes_does_not_bring_back_who_was_in_it(
    pinpoint, app_id, imported, control, monkeypatch
):
    publish = SegmentStore.publish

    def late(self, application_id, segment_id, content, **more):
        if content.job_id is None and self.find(application_id, segment_id).version == 2:
            imported = replace(content, members={"key": "new"}, job_id="3")
            publish(self, application_id, segment_id, imported)
        return publish(self, application_id, segment_id, content, **more)

    monkeypatch.setattr(SegmentStore, "publish", late)
    renamed = pinpoint.update_segment(
        ApplicationId=app_id, SegmentId=imported, WriteSegmentRequest={"Name": "renamed"}
    )
    assert renamed["SegmentResponse"]["Version"] == 4
    found = SegmentStore(control).find(app_id, imported)
    assert (found.name, found.members) == ("renamed", {"key": "new"})

"""What an export writes, and where."""

import gzip

import pytest

from api import export_request

HEADER = "Id,Address,ChannelType,Attributes.Likes,User.UserId,User.UserAttributes.Tier"
PEOPLE = f"{HEADER}\n1,a,SMS,tea,u1,gold\n2,b,EMAIL,tea,u1,\n3,c,EMAIL,milk,,\n"
NEWER = f"{HEADER}\n3,c,EMAIL,milk,,\n4,d,EMAIL,tea,,\n"


@pytest.fixture
def imported(customer):
    """An app of four endpoints and an imported segment of two versions."""
    url = customer.put("a.csv", PEOPLE)
    segment_id = customer.imported(url, DefineSegment=True)["Definition"]["SegmentId"]
    customer.imported(customer.put("b.csv", NEWER), DefineSegment=True, SegmentId=segment_id)
    return segment_id


def dimensional(customer, attribute, value):
    dimensions = {"Attributes": {attribute: {"AttributeType": "INCLUSIVE", "Values": [value]}}}
    made = customer.pinpoint.create_segment(
        ApplicationId=customer.app_id, WriteSegmentRequest={"Name": "s", "Dimensions": dimensions}
    )
    return made["SegmentResponse"]["Id"]


@pytest.mark.parametrize("slash", ["", "/"])
def test_every_endpoint_of_the_app_is_written_below_the_prefix_and_nothing_else(customer, imported, slash):
    customer.put("outside.txt", "")
    customer.put("out-side.txt", "")
    before = set(customer.keys(customer.bucket, customer.folder))
    assert imported
    job = customer.exported(customer.url("out") + slash)
    written = set(customer.keys(customer.bucket, customer.folder)) - before
    assert (job["JobStatus"], job["TotalProcessed"], job["TotalFailures"]) == ("COMPLETED", 4, 0)
    assert (job["CompletedPieces"], job["FailedPieces"]) == (job["TotalPieces"], 0)
    assert written
    for key in written:
        assert key.startswith(f"{customer.folder}/out/")
        assert key.endswith(".gz")
        assert "//" not in key
    assert customer.documents(customer.url("out/")).keys() == {"1", "2", "3", "4"}


def test_a_line_is_an_endpoint_as_pinpoint_wrote_it(customer, imported):
    assert imported
    customer.exported(customer.url("out"))
    first = customer.documents(customer.url("out/"))["1"]
    assert (first.pop("CreationDate"), first.pop("EffectiveDate")) > ("2018", "2018")
    assert first == {
        "Id": "1",
        "Address": "a",
        "ChannelType": "SMS",
        "EndpointStatus": "ACTIVE",
        "ApplicationId": customer.app_id,
        "OptOut": "NONE",
        "Attributes": {"Likes": ["tea"]},
        "User": {"UserId": "u1", "UserAttributes": {"Tier": ["gold"]}},
    }


def test_an_imported_segment_is_its_members_in_the_version_asked_for(customer, imported):
    newest = customer.exported(customer.url("newest"), SegmentId=imported)
    older = customer.exported(customer.url("older"), SegmentId=imported, SegmentVersion=1)
    assert (newest["TotalProcessed"], older["TotalProcessed"]) == (2, 3)
    assert customer.documents(customer.url("newest/")).keys() == {"3", "4"}
    assert customer.documents(customer.url("older/")).keys() == {"1", "2", "3"}


def test_members_that_were_deleted_are_no_longer_written(customer, imported):
    customer.pinpoint.delete_endpoint(ApplicationId=customer.app_id, EndpointId="3")
    job = customer.exported(customer.url("out"), SegmentId=imported)
    assert (job["JobStatus"], job["TotalProcessed"]) == ("COMPLETED", 1)
    assert customer.documents(customer.url("out/")).keys() == {"4"}


def test_a_segment_of_definitions_is_written_as_the_file_said(customer, imported):
    assert imported
    text = f"{HEADER}\n1,other,SMS,wine,,\n9,new,VOICE,,u9,iron\n"
    made = customer.imported(customer.put("c.csv", text), RegisterEndpoints=False, DefineSegment=True)
    job = customer.exported(customer.url("out"), SegmentId=made["Definition"]["SegmentId"])
    found = customer.documents(customer.url("out/"))
    assert (job["TotalProcessed"], found.keys()) == (2, {"1", "9"})
    assert (found["1"]["Address"], found["1"]["Attributes"]) == ("other", {"Likes": ["wine"]})
    assert found["9"]["User"] == {"UserId": "u9", "UserAttributes": {"Tier": ["iron"]}}


def test_a_dimensional_segment_is_evaluated_when_the_job_runs(customer, imported):
    assert imported
    segment_id = dimensional(customer, "Likes", "tea")
    customer.imported(customer.put("c.csv", f"{HEADER}\n5,e,SMS,tea,,\n2,b,EMAIL,milk,,\n"))
    job = customer.exported(customer.url("out"), SegmentId=segment_id)
    assert (job["JobStatus"], job["TotalProcessed"]) == ("COMPLETED", 3)
    assert customer.documents(customer.url("out/")).keys() == {"1", "4", "5"}


@pytest.mark.parametrize("empty", ["app", "segment"])
def test_an_empty_result_is_one_empty_file(customer, empty):
    members = {}
    if empty == "segment":
        customer.imported(customer.put("a.csv", PEOPLE))
        members["SegmentId"] = dimensional(customer, "Likes", "nothing")
    job = customer.exported(customer.url("out"), **members)
    assert (job["JobStatus"], job["TotalProcessed"]) == ("COMPLETED", 0)
    [key] = customer.keys(customer.bucket, f"{customer.folder}/out")
    assert key.startswith(f"{customer.folder}/out/")
    assert key.endswith(".gz")
    assert gzip.decompress(customer.read(customer.bucket, key)) == b""


def test_two_exports_to_one_prefix_leave_each_other_alone(customer, imported):
    customer.exported(customer.url("out"))
    customer.exported(customer.url("out"), SegmentId=imported)
    assert len(customer.lines(customer.url("out/"))) == 6


def test_a_bucket_that_is_gone_fails_the_job_with_its_reason(customer, imported, monkeypatch):
    assert imported
    monkeypatch.setattr(export_request, "check_destination", lambda *_: None)  # it was there at create
    job = customer.exported(f"s3://gone-{customer.app_id}/out")
    assert (job["JobStatus"], job["CompletedPieces"], job["TotalProcessed"]) == ("FAILED", 0, 0)
    assert job["FailedPieces"] == job["TotalPieces"] == len(job["Failures"]) > 0
    assert "NoSuchBucket" in job["Failures"][0]
    assert job["Failures"][0].endswith("(DestinationUnwritableError)")

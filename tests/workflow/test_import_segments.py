"""What becomes of the rows: endpoints, a segment, or both; and what a segment holds version by version."""

import uuid
from dataclasses import replace

import pytest
from botocore.exceptions import ClientError

HEADER = "Id,Address,ChannelType,Attributes.A"
PEOPLE = f"{HEADER}\n1,a,SMS,x\n2,b,EMAIL,x\n3,c,EMAIL,x\n"


def size(segment):
    return segment["ImportDefinition"]["Size"]


def test_registering_and_defining_makes_endpoints_and_a_segment_of_them(customer):
    url = customer.put("people.csv", PEOPLE)
    made = customer.create_import(url, RegisterEndpoints=True, DefineSegment=True)
    job = customer.ended(made)
    assert made["Definition"]["SegmentId"] == job["Definition"]["SegmentId"]
    assert customer.endpoints().keys() == {"1", "2", "3"}
    segment = customer.segment(job["Definition"]["SegmentId"])
    assert (segment["Name"], segment["SegmentType"], segment["Version"]) == ("people", "IMPORT", 1)
    definition = job["Definition"]
    copied = {name: definition[name] for name in ("S3Url", "RoleArn", "ExternalId", "Format")}
    counts = {"Size": 3, "ChannelCounts": {"EMAIL": 2, "SMS": 1}}
    assert segment["ImportDefinition"] == {**copied, **counts}


def test_registering_alone_makes_no_segment(customer):
    job = customer.imported(customer.put("people.csv", PEOPLE))
    assert customer.endpoints().keys() == {"1", "2", "3"}
    assert "SegmentId" not in job["Definition"]
    assert customer.get("segments")["Item"] == []


def test_defining_alone_makes_a_segment_and_touches_no_endpoint(customer):
    customer.imported(customer.put("people.csv", PEOPLE))
    before = customer.endpoints()
    text = f"{HEADER}\n1,new,SMS,new\n4,d,VOICE,x\n5,,,\n"
    job = customer.imported(customer.put("b.csv", text), RegisterEndpoints=False, DefineSegment=True)
    assert (job["TotalProcessed"], job["TotalFailures"]) == (2, 1)
    assert size(customer.segment(job["Definition"]["SegmentId"])) == 2
    assert customer.endpoints() == before


def test_doing_neither_is_refused(customer):
    url = customer.put("people.csv", PEOPLE)
    with pytest.raises(ClientError, match="so there is nothing to do") as refused:
        customer.create_import(url, RegisterEndpoints=False, DefineSegment=False)
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400


def test_a_segment_is_refreshed_by_a_new_version_and_the_old_one_is_kept(customer):
    first = customer.imported(customer.put("people.csv", PEOPLE), DefineSegment=True, SegmentName="Ours")
    segment_id = first["Definition"]["SegmentId"]
    url = customer.put("b.csv", "Id,Address,ChannelType\n2,b,EMAIL\n7,g,SMS\n")
    second = customer.imported(url, DefineSegment=True, SegmentId=segment_id)
    assert second["Definition"]["SegmentId"] == segment_id
    newest = customer.segment(segment_id)
    assert (newest["Name"], newest["Version"], size(newest)) == ("Ours", 2, 2)
    assert newest["ImportDefinition"]["S3Url"] == url
    assert size(customer.segment(segment_id, 1)) == 3
    versions = customer.get(f"segments/{segment_id}/versions")["Item"]
    assert [version["Version"] for version in versions] == [2, 1]
    assert versions[1]["CreationDate"] == newest["CreationDate"] < newest["LastModifiedDate"]


def test_stock_clients_keep_the_ids_of_an_app_and_of_its_imported_segments(customer, pinpoint):
    app_id, segment_id = (uuid.uuid4().hex for _ in range(2))
    tags = {"segment-jobs:id": app_id, "segment-jobs:missing-segment": "CREATE"}
    pinpoint.create_app(CreateApplicationRequest={"Name": "migrated", "tags": tags})
    migrated, url = replace(customer, app_id=app_id), customer.put("people.csv", PEOPLE)
    for version in (1, 2):
        job = migrated.imported(url, DefineSegment=True, SegmentId=segment_id)
        assert (job["JobStatus"], job["Definition"]["SegmentId"]) == ("COMPLETED", segment_id)
        segment = migrated.segment(segment_id)
        assert (segment["Version"], segment["Name"], size(segment)) == (version, "people", 3)


def test_a_segment_that_is_deleted_while_an_import_refreshes_it_stays_deleted(customer, pinpoint, instead):
    segment_id = customer.imported(customer.put("a.csv", PEOPLE), DefineSegment=True)["Definition"][
        "SegmentId"
    ]

    def deleted_before(call, _event):
        pinpoint.delete_segment(ApplicationId=customer.app_id, SegmentId=segment_id)
        return call()

    instead("finish_import", deleted_before)
    job = customer.imported(customer.put("b.csv", PEOPLE), DefineSegment=True, SegmentId=segment_id)
    assert (job["JobStatus"], job["TotalProcessed"], job["FailedPieces"]) == ("FAILED", 3, 0)
    assert job["Failures"] == [f"the segment {segment_id} was deleted"]
    assert customer.get("segments")["Item"] == []


def test_an_endpoint_named_twice_is_in_the_segment_once(customer, piece_bytes):
    piece_bytes(60)
    job = customer.imported(customer.put("a.csv", PEOPLE + "1,a,SMS,y\n1,a,SMS,z\n"), DefineSegment=True)
    assert (job["TotalPieces"] > 1, job["TotalProcessed"]) == (True, 5)
    assert size(customer.segment(job["Definition"]["SegmentId"])) == 3


def test_the_rows_of_one_endpoint_are_applied_in_their_order(customer):
    rows = [f"1,a{number},SMS,v{number}" for number in range(200)]
    customer.imported(customer.put("a.csv", "\n".join([HEADER, *rows])))
    endpoint = customer.endpoints()["1"]
    assert (endpoint["Address"], endpoint["Attributes"]) == ("a199", {"A": ["v199"]})

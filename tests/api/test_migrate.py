"""`make migrate`: what was saved of Pinpoint comes in under its old ids, adds up, and a second run doubles nothing."""

import gzip
import json

import boto3
import pytest

from migrate.migration import Migration
from migrate.settings import Arguments
from walk.place import Place

APP, VIP, NEWS, YOUNG = ("0a" * 16, "1b" * 16, "2c" * 16, "3d" * 16)
SAVED = {
    "SegmentsResponse": {
        "Item": [
            {
                "Id": YOUNG,
                "Name": "Young",
                "SegmentType": "DIMENSIONAL",
                "SegmentGroups": {
                    "Include": "ALL",
                    "Groups": [
                        {
                            "Type": "ALL",
                            "SourceType": "ANY",
                            "SourceSegments": [{"Id": VIP}],
                            "Dimensions": [
                                {"Attributes": {"Age": {"AttributeType": "INCLUSIVE", "Values": ["young"]}}}
                            ],
                        }
                    ],
                },
            },
            {
                "Id": VIP,
                "Name": "VIP",
                "SegmentType": "IMPORT",
                "ImportDefinition": {"Size": 2, "ChannelCounts": {"EMAIL": 1, "SMS": 1}},
            },
            {"Id": NEWS, "Name": "Newsletter", "SegmentType": "IMPORT", "ImportDefinition": {"Size": 2}},
        ]
    }
}


def _lines(*endpoints):
    return gzip.compress("".join(json.dumps(endpoint) + "\n" for endpoint in endpoints).encode())


FILES = {
    f"{VIP}/part-0.gz": _lines(
        {"Id": "1", "Address": "a@example.org", "ChannelType": "EMAIL", "Attributes": {"Age": ["young"]}},
        {"Id": "2", "Address": "+491", "ChannelType": "SMS", "OptOut": "NONE", "CohortId": "7"},
    ),
    "Newsletter/console.csv": b"Id,Address,ChannelType\n1,a@example.org,EMAIL\n3,c@example.org,EMAIL\n4,x,PIGEON\n",
    "all.json.gz": _lines({"Id": "5", "Address": "e@example.org", "ChannelType": "EMAIL"}),
}


@pytest.fixture
def migrate(stack, customer_bucket, role_arn, app_id, tmp_path):
    """Runs a migration of the files above; gives whether it added up."""
    prefix = f"saved-{app_id}/"
    for name, content in FILES.items():
        stack.client("s3").put_object(Bucket=customer_bucket, Key=prefix + name, Body=content)
    saved = tmp_path / "segments.json"
    saved.write_text(json.dumps(SAVED))

    def run(**more):
        given = {
            "URL": stack.api_url,
            "FROM": f"s3://{customer_bucket}/{prefix}",
            "APP": APP,
            "SEGMENTS": str(saved),
            "ROLE_ARN": role_arn,
        }
        place = Place(stack.api_url, boto3.Session(), aws_url=stack.aws_url)
        return Migration(Arguments.read({**given, **more}), place).run()

    return run


def test_what_was_saved_comes_in_twice_without_doubling(migrate, pinpoint, http):
    assert migrate()
    assert migrate()
    assert pinpoint.get_app(ApplicationId=APP)["ApplicationResponse"]["Name"] == "From Pinpoint"
    endpoints = http("GET", f"/v1/apps/{APP}/endpoints").json["Item"]
    assert sorted(endpoint["Id"] for endpoint in endpoints) == ["1", "2", "3", "5"]
    segments = pinpoint.get_segments(ApplicationId=APP)["SegmentsResponse"]["Item"]
    assert {segment["Id"]: segment["Name"] for segment in segments} == {
        VIP: "VIP",
        NEWS: "Newsletter",
        YOUNG: "Young",
    }
    sizes = {each["Id"]: each["ImportDefinition"]["Size"] for each in segments if "ImportDefinition" in each}
    assert sizes == {VIP: 2, NEWS: 2}
    pinpoint.delete_app(ApplicationId=APP)


def test_a_dry_run_leaves_nothing(migrate, pinpoint):
    before = pinpoint.get_apps()["ApplicationsResponse"]["Item"]
    assert migrate(DRY_RUN="1")
    assert pinpoint.get_apps()["ApplicationsResponse"]["Item"] == before


def test_a_segment_of_another_size_than_saved_does_not_add_up(migrate, tmp_path, pinpoint, capsys):
    other = json.loads(json.dumps(SAVED))
    other["SegmentsResponse"]["Item"][2]["ImportDefinition"]["Size"] = 3
    changed = tmp_path / "other.json"
    changed.write_text(json.dumps(other))
    app = "4e" * 16
    assert not migrate(SEGMENTS=str(changed), APP=app)
    assert "differs" in capsys.readouterr().out
    pinpoint.delete_app(ApplicationId=app)

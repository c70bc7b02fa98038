"""Lists of what is as large as an item can be: every entry once, and no answer that Lambda refuses."""

import boto3
import pytest

from audience.aws.clients import dynamodb_client
from audience.layout.endpoints_table import endpoint_key, user_key
from audience.segments.store import SegmentStore
from tests.api.test_paging import pages

COUNT = 9  # without a limit of bytes, an answer of some 9 MB
BYTES = 340_000
LETTERS = 'ü"\\x'  # what takes one to three times the bytes in an answer


def large(number):
    """The request for a segment of some 340 KB."""
    values = [f"{LETTERS * 20}{value}" for value in range(BYTES // 105)]
    dimensions = {"Attributes": {"a": {"AttributeType": "INCLUSIVE", "Values": values}}}
    return {"Name": f"large {number}", "Dimensions": dimensions}


@pytest.fixture(scope="module")
def large_app(pinpoint):
    app = pinpoint.create_app(CreateApplicationRequest={"Name": "large"})["ApplicationResponse"]["Id"]
    yield app
    pinpoint.delete_app(ApplicationId=app)


def once_each(found, wanted):
    assert len(found) > 1
    assert all(found)
    assert [entry for page in found for entry in page] == wanted


def test_every_large_segment_and_every_version_is_on_one_page(pinpoint, large_app, stack):
    made = [
        pinpoint.create_segment(ApplicationId=large_app, WriteSegmentRequest=large(number))[
            "SegmentResponse"
        ]["Id"]
        for number in range(COUNT)
    ]
    found = pages(
        lambda **page: pinpoint.get_segments(ApplicationId=large_app, **page), "SegmentsResponse", 100
    )
    once_each([[segment["Id"] for segment in page] for page in found], made[::-1])

    store = SegmentStore(boto3.resource("dynamodb").Table(stack.variables["CONTROL_TABLE"]))
    newest = store.find(large_app, made[0])
    for _ in range(COUNT):
        store.publish(large_app, made[0], newest)
    versions = pages(
        lambda **page: pinpoint.get_segment_versions(ApplicationId=large_app, SegmentId=made[0], **page),
        "SegmentsResponse",
        100,
    )
    numbers = [[segment["Version"] for segment in page] for page in versions]
    once_each(numbers, list(range(COUNT + 1, 0, -1)))


@pytest.mark.parametrize("of_segment", [False, True])
def test_every_job_with_many_failures_is_on_one_page(pinpoint, recorded, app_id, of_segment):
    failures = [LETTERS * (BYTES // 500)] * 100
    made = [recorded("IMPORT", failures=failures, segment_id="5" * 32).job_id for _ in range(COUNT)]

    def ask(**page):
        if of_segment:
            return pinpoint.get_segment_import_jobs(ApplicationId=app_id, SegmentId="5" * 32, **page)
        return pinpoint.get_import_jobs(ApplicationId=app_id, **page)

    found = pages(ask, "ImportJobsResponse", 100)
    once_each([[job["Id"] for job in page] for page in found], made[::-1])


def test_every_large_endpoint_is_on_one_page(http, app_id, stack):
    dynamodb = dynamodb_client()
    names = {f"endpoint-{number}" for number in range(COUNT)}
    values = {"L": [{"S": LETTERS * 20}] * (BYTES // 100)}
    for name in names:
        item = {**endpoint_key(app_id, name), "ChannelType": {"S": "EMAIL"}, "Attributes.a": values}
        dynamodb.call("PutItem", {"TableName": stack.variables["ENDPOINTS_TABLE"], "Item": item})
    found, token = [], ""
    while True:
        answer = http("GET", f"/v1/apps/{app_id}/endpoints?page-size=100{token}")
        assert answer.status == 200
        found.append([endpoint["Id"] for endpoint in answer.json["Item"]])
        if "NextToken" not in answer.json:
            break
        token = f"&token={answer.json['NextToken']}"
    assert len(found) > 1
    assert all(found)
    assert sorted(name for page in found for name in page) == sorted(names)


def test_a_users_endpoints_are_answered_up_to_the_size_of_an_answer(http, app_id, stack):
    dynamodb, table = dynamodb_client(), stack.variables["ENDPOINTS_TABLE"]
    names = [f"endpoint-{number:02}" for number in range(15)]
    values = {"L": [{"S": LETTERS * 20}] * (BYTES // 100)}
    for name in names:
        item = {"User.UserId": {"S": "u"}, "ChannelType": {"S": "EMAIL"}, "Attributes.a": values}
        dynamodb.call("PutItem", {"TableName": table, "Item": {**endpoint_key(app_id, name), **item}})
    user = {**user_key(app_id, "u"), "endpoint_ids": {"SS": names}}
    dynamodb.call("PutItem", {"TableName": table, "Item": user})
    refused = http("GET", f"/v1/apps/{app_id}/users/u")
    assert refused.status == 413
    assert "user-id: the 15 endpoints of 'u' are larger than one answer can be" in refused.error
    deleted = http("DELETE", f"/v1/apps/{app_id}/users/u")
    assert deleted.status == 202
    assert 0 < len(deleted.json["Item"]) < 15
    assert http("GET", f"/v1/apps/{app_id}/endpoints").json == {"Item": []}

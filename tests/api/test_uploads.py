"""A file from a computer: put to a URL, imported without a role."""

import pytest
import urllib3

CSV = b"Id,Address,ChannelType\n1,a@example.org,EMAIL\n"


@pytest.fixture
def upload(http, app_id):
    answer = http("POST", f"/v1/apps/{app_id}/uploads", {"FileName": "péople.csv"})
    assert answer.status == 201
    return answer.json


def test_an_upload_has_a_place_of_its_own_below_the_app(upload, app_id, stack):
    assert upload["S3Url"].startswith(f"s3://{stack.variables['BUCKET']}/uploads/{app_id}/")
    assert upload["S3Url"].endswith("/péople.csv")
    assert upload["ExpiresInSeconds"] == 3600
    assert "X-Amz-Algorithm=AWS4-HMAC-SHA256" in upload["Url"]


def test_an_uploaded_file_is_imported_without_a_role(upload, http, app_id):
    assert urllib3.request("PUT", upload["Url"], body=CSV).status == 200
    request = {"S3Url": upload["S3Url"], "Format": "CSV", "DefineSegment": True}
    answer = http("POST", f"/v1/apps/{app_id}/jobs/import", request)
    assert answer.status == 201
    assert answer.json["Definition"]["RoleArn"] == ""
    assert answer.json["Definition"]["SegmentName"] == "péople"


def test_an_upload_that_never_came_is_told_at_create(upload, http, app_id):
    request = {"S3Url": upload["S3Url"], "Format": "CSV"}
    answer = http("POST", f"/v1/apps/{app_id}/jobs/import", request)
    assert answer.status == 400
    assert f"S3Url: {upload['S3Url']} matches no CSV file" in answer.error


def test_an_upload_of_another_app_cannot_be_imported(upload, http, pinpoint):
    other = pinpoint.create_app(CreateApplicationRequest={"Name": "o"})["ApplicationResponse"]["Id"]
    request = {"S3Url": upload["S3Url"], "Format": "CSV"}
    answer = http("POST", f"/v1/apps/{other}/jobs/import", request)
    assert answer.status == 400
    assert f"is not below s3://{upload['S3Url'].split('/')[2]}/uploads/{other}/" in answer.error


@pytest.mark.parametrize("folder", ["", "uploads", "uploads/", "work/", "segments/"])
def test_nothing_else_of_the_services_bucket_can_be_imported(http, app_id, stack, folder, role_arn):
    url = f"s3://{stack.variables['BUCKET']}/{folder}"
    request = {"S3Url": url, "Format": "CSV", "RoleArn": role_arn}
    answer = http("POST", f"/v1/apps/{app_id}/jobs/import", request)
    assert answer.status == 400
    assert "is not below" in answer.error


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "FileName: is required"),
        ({"FileName": ""}, "FileName: '' is not a string of at least 1 character"),
        ({"FileName": "../a.csv"}, "FileName: '../a.csv' is not a plain name"),
        ({"FileName": "a\nb"}, "is not a plain name"),
        ({"FileName": "a.csv\n"}, "is not a plain name"),
        ({"FileName": "x" * 256}, "is not a string of at most 255 characters"),
    ],
)
def test_a_file_name_that_is_none_is_refused(http, app_id, body, message):
    answer = http("POST", f"/v1/apps/{app_id}/uploads", body)
    assert answer.status == 400
    assert message in answer.error

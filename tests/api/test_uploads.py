"""A file from a computer: put to a URL, imported without a role."""

from urllib.parse import parse_qs, urlsplit

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


def test_the_url_of_a_file_whose_size_is_told_is_signed_for_that_size(http, app_id):
    request = {"FileName": "a.csv", "Size": len(CSV)}
    answer = http("POST", f"/v1/apps/{app_id}/uploads", request)
    query = parse_qs(urlsplit(answer.json["Url"]).query)
    assert query["X-Amz-SignedHeaders"] == ["content-length;host"]
    assert urllib3.request("PUT", answer.json["Url"], body=CSV).status == 200


def test_an_upload_over_the_limit_is_not_imported(upload, http, app_id, stack, monkeypatch):
    function = stack.lambdas._functions[stack.function_name("api")]
    monkeypatch.setitem(function.environment, "MAX_UPLOAD_BYTES", str(len(CSV)))
    request = {"S3Url": upload["S3Url"], "Format": "CSV"}
    for body, status in ((CSV, 201), (CSV + b"\n", 400)):
        urllib3.request("PUT", upload["Url"], body=body)
        answer = http("POST", f"/v1/apps/{app_id}/jobs/import", request)
        assert answer.status == status
    assert f"has {len(CSV) + 1} bytes, and an upload may have at most {len(CSV)}" in answer.error


@pytest.mark.parametrize("name", ["...", "..a", ".a", "a..", "a b.csv", "é" * 255, "😀" * 225, "%2e%2e"])
def test_any_plain_file_name_is_kept_unchanged(http, app_id, stack, name):
    answer = http("POST", f"/v1/apps/{app_id}/uploads", {"FileName": name})
    assert answer.status == 201
    assert urllib3.request("PUT", answer.json["Url"], body=CSV).status == 200
    bucket, _, key = answer.json["S3Url"].removeprefix("s3://").partition("/")
    assert key.endswith(f"/{name}")
    assert stack.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read() == CSV


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
        (
            {"FileName": "."},
            "FileName: '.' is not a plain name, without slashes and control characters, and not . or ..",
        ),
        ({"FileName": ".."}, "FileName: '..' is not a plain name"),
        ({"FileName": "a\x85b"}, "is not a plain name"),
        ({"FileName": "a\u2028b"}, "is not a plain name"),
        ({"FileName": "x" * 256}, "is not a string of at most 255 characters"),
        ({"FileName": "😀" * 226}, "is not a string of at most 900 bytes"),
        ({"FileName": "a.csv", "Size": 0}, "Size: 0 is not a whole number of at least 1"),
        (
            {"FileName": "a.csv", "Size": 2**30 + 1},
            "is more than 1073741824 bytes, the most an upload may have",
        ),
    ],
)
def test_a_file_name_that_is_none_is_refused(http, app_id, body, message):
    answer = http("POST", f"/v1/apps/{app_id}/uploads", body)
    assert answer.status == 400
    assert message in answer.error

"""What goes through the signing port: to one deployment only, signed, and nothing of another site."""

import json
from http.client import HTTPConnection
from itertools import count
from types import SimpleNamespace
from urllib.parse import quote

import boto3
import pytest
import urllib3
from botocore.exceptions import NoRegionError
from urllib3.exceptions import ProtocolError
from werkzeug.wrappers import Response

from console.__main__ import serving
from console.forwarding import region_of
from console.known_urls import MOST, KnownUrls

HTTP = urllib3.PoolManager(retries=False)


def test_a_call_goes_on_signed_for_api_gateway_and_its_answer_comes_back(console, service):
    service.answer = Response('{"Id": "1"}', 201, {"x-amzn-ErrorType": "X", "Set-Cookie": "a=b"})
    answer = HTTP.request(
        "POST",
        f"{console.address}/v1/apps/a%2Fb?page-size=1&token=x%3D",
        body=b'{"Name":"\xc3\xa9"}',
        headers={
            "Content-Type": "application/json",
            "Idempotency-Key": "k",
            "Authorization": "mine",
            "Cookie": "c",
        },
    )
    [asked] = service.asked
    assert (answer.status, answer.json()) == (201, {"Id": "1"})
    assert answer.headers["x-amzn-ErrorType"] == "X"
    assert "Set-Cookie" not in answer.headers
    assert asked.environ["REQUEST_URI"] == "/prod/v1/apps/a%2Fb?page-size=1&token=x%3D"
    assert service.bodies == [b'{"Name":"\xc3\xa9"}']
    assert asked.headers["Authorization"].startswith("AWS4-HMAC-SHA256 Credential=AKID/")
    assert "/eu-west-1/execute-api/aws4_request" in asked.headers["Authorization"]
    assert asked.headers["Idempotency-Key"] == "k"
    assert "Cookie" not in asked.headers


@pytest.mark.parametrize("path", ["/v1/../secret", "/v1/%2e%2e/secret", "/v1/a/%2E./x", "/v1/./apps"])
def test_a_path_that_leaves_the_deployment_is_refused(console, service, path):
    answer = _raw(console, "GET", path)
    assert answer[0] == 502
    assert "the path has . or .." in answer[1]
    assert service.asked == []


def test_another_site_and_another_address_get_nothing(console, service):
    for path, headers in (
        (f"/{console.token}/v1/apps", {"Origin": "https://evil.example"}),
        (f"/{console.token}/v1/apps", {"Host": f"evil.example:{console.port}"}),
        ("/v1/apps", {}),
    ):
        answer = HTTP.request("GET", f"http://127.0.0.1:{console.port}{path}", headers=headers)
        assert answer.status == 403
        assert "Access-Control-Allow-Origin" not in answer.headers
    assert service.asked == []


def test_a_file_goes_only_where_the_service_said(console, service):
    place = f"{service.url}/bucket/upload%20x.csv?signature=1"
    refused = HTTP.request("PUT", f"{console.address}/file?url={quote(place, safe='')}", body=b"Id")
    assert (refused.status, service.asked) == (502, [])
    service.answer = Response(json.dumps({"Url": place}), 201)
    HTTP.request("POST", f"{console.address}/v1/apps/a/uploads", body=b"{}")
    service.answer = Response("", 200)
    content = b"Id,Address\n" * 100_000
    sent = HTTP.request("PUT", f"{console.address}/file?url={quote(place, safe='')}", body=content)
    assert sent.status == 200
    assert service.bodies[-1] == content
    assert service.asked[-1].environ["REQUEST_URI"] == "/prod/bucket/upload%20x.csv?signature=1"
    assert "Authorization" not in service.asked[-1].headers


def test_a_file_may_be_under_way_for_longer_than_an_answer(console, service, monkeypatch):
    place = f"{service.url}/bucket/large.csv"
    service.answer = Response(json.dumps({"Url": place}), 201)
    HTTP.request("POST", f"{console.address}/v1/apps/a/uploads", body=b"{}")
    minutes = count(0, 60)
    monkeypatch.setattr("urllib3.util.timeout.time", SimpleNamespace(monotonic=lambda: next(minutes)))
    answer = HTTP.request("PUT", f"{console.address}/file?url={quote(place, safe='')}", body=b"Id")
    assert (answer.status, service.bodies[-1]) == (201, b"Id")


@pytest.mark.parametrize(
    ("url", "own", "signed_for"),
    [
        ("https://x1.execute-api.eu-west-1.amazonaws.com/prod", "us-east-1", "eu-west-1"),
        ("https://x1.execute-api.cn-north-1.amazonaws.com.cn/prod", None, "cn-north-1"),
        ("https://jobs.example.org", "us-east-1", "us-east-1"),
        ("https://jobs.example.org/.execute-api.eu-west-1.amazonaws.com", "us-east-1", "us-east-1"),
    ],
)
def test_calls_are_signed_for_the_region_of_the_deployment(monkeypatch, url, own, signed_for):
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    assert region_of(url, boto3.Session(region_name=own)) == signed_for


def test_without_a_region_the_page_is_not_served(monkeypatch):
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    session = boto3.Session("AKID", "secret")
    with pytest.raises(NoRegionError), serving("https://jobs.example.org", session, 0):
        pass


def test_a_file_that_is_fetched_is_saved_and_never_shown(console, service):
    url = f"{service.url}/page.html"
    service.answer = Response(json.dumps({"Item": [{"Url": url}]}), 200)
    HTTP.request("GET", f"{console.address}/v1/apps/a/jobs/export/b/files")
    service.answer = Response("<script>alert(1)</script>", 200, content_type="text/html")
    answer = HTTP.request("GET", f"{console.address}/file?url={quote(url, safe='')}")
    assert answer.data == b"<script>alert(1)</script>"
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"] == "attachment; filename*=UTF-8''page.html"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_file_that_breaks_off_is_no_file(console, service):
    url = f"{service.url}/large.gz"
    service.answer = Response(json.dumps({"Url": url}), 200)
    HTTP.request("GET", f"{console.address}/v1/apps/a/jobs/import/b/failures")
    service.answer = Response(iter([b"half"]), 200, {"Content-Length": "8"})
    with pytest.raises(ProtocolError):
        HTTP.request("GET", f"{console.address}/file?url={quote(url, safe='')}")


def test_what_refuses_a_file_is_not_kept_as_one(console, service):
    url = f"{service.url}/failures.csv"
    service.answer = Response(json.dumps({"Url": url}), 200)
    HTTP.request("GET", f"{console.address}/v1/apps/a/jobs/import/b/failures")
    service.answer = Response("<Error><Code>AccessDenied</Code></Error>", 403)
    answer = HTTP.request("GET", f"{console.address}/file?url={quote(url, safe='')}")
    assert (answer.status, answer.data) == (502, b"the file's place answers 403\n")
    assert "Content-Disposition" not in answer.headers


def test_the_page_knows_which_deployment_it_is_for(console, service):
    assert HTTP.request("GET", f"{console.address}/deployment.json").json() == {"Url": service.url}


def test_a_deployment_that_does_not_answer_is_told(console, service):
    service.answer = Response("", 200)
    told = HTTP.request("GET", f"{console.address}/nothing.js")
    assert told.status == 404
    assert "default-src 'none'" in told.headers["Content-Security-Policy"]


def test_urls_are_learned_of_answers_and_the_oldest_forgotten():
    known = KnownUrls()
    for content in (b"no JSON", b"[]", b'{"Url": 3}', b'{"Item": {"Url": "x"}}', b'{"Item": ["x"]}'):
        known.learn(content)
    known.learn(b'{"Url": "first"}')
    assert "first" in known
    known.learn(json.dumps({"Item": [{"Url": str(number)} for number in range(MOST)]}).encode())
    assert "first" not in known
    assert "0" in known


def _raw(console, method, path):
    """Send a path as it is; clients take dots out of it."""
    connection = HTTPConnection("127.0.0.1", console.port)
    connection.request(method, f"/{console.token}{path}")
    answer = connection.getresponse()
    return answer.status, answer.read().decode()

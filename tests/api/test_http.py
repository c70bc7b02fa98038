"""What holds for every resource: methods, CORS, bodies, errors."""

import json

import pytest

from api.handler import resolver
from api.routes.paths import PATHS

ID = "0" * 32


def concrete(path):
    """A path of the resource, with an id for every parameter."""
    return "/".join(ID if part.startswith("{") else part for part in path.split("/"))


@pytest.mark.parametrize("path", PATHS)
def test_options_tells_the_methods_and_what_browsers_may_send(http, path):
    answer = http("OPTIONS", concrete(path))
    assert (answer.status, answer.body) == (200, b"")
    assert answer.headers["Allow"] == resolver.allowed(path)
    assert "OPTIONS" in answer.headers["Allow"]
    assert answer.headers["Access-Control-Allow-Methods"] == answer.headers["Allow"]
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Authorization" in answer.headers["Access-Control-Allow-Headers"]


@pytest.mark.parametrize("path", PATHS)
def test_a_method_that_a_resource_does_not_have_is_405_with_those_it_has(http, path):
    allowed = resolver.allowed(path).split(", ")
    for method in {"GET", "POST", "PUT", "DELETE", "PATCH"} - set(allowed):
        answer = http(method, concrete(path))
        assert answer.status == 405
        assert answer.headers["Allow"] == ", ".join(allowed)
        assert answer.error.startswith(f"MethodNotAllowedException {method} is not one of")


def test_every_resource_has_a_method_of_its_own():
    assert all(resolver.allowed(path) != "OPTIONS" for path in PATHS)


@pytest.mark.parametrize("path", [path for path in PATHS if "{" in path])
def test_below_an_app_that_does_not_exist_there_is_nothing(http, path):
    methods = set(resolver.allowed(path).split(", ")) - {"OPTIONS"}
    for method in methods:
        answer = http(method, concrete(path), {})
        assert (answer.status, answer.headers["x-amzn-ErrorType"]) == (404, "NotFoundException")


def test_what_is_not_answered_is_a_501_that_browsers_may_read(http):
    path = f"/v1/apps/{ID}/campaigns"
    answer = http("POST", path, {})
    assert answer.status == 501
    assert answer.error.startswith("NotImplementedException CreateCampaign is not answered here: ")
    assert answer.json["RequestID"] == answer.headers["x-amzn-RequestId"]
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "POST" in http("OPTIONS", path).headers["Allow"]
    nothing = http("GET", "/v1/nothing")
    assert (nothing.status, nothing.headers["x-amzn-ErrorType"]) == (404, "NotFoundException")


def test_an_error_carries_the_id_of_its_request(http):
    answer = http("GET", f"/v1/apps/{ID}")
    assert answer.json == {
        "Message": f"application-id: there is no app '{ID}'",
        "RequestID": answer.headers["x-amzn-RequestId"],
    }


def test_every_answer_may_be_read_by_a_browsers_script(http):
    for answer in (http("GET", "/v1/apps"), http("GET", f"/v1/apps/{ID}"), http("PATCH", "/v1/apps")):
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "x-amzn-ErrorType" in answer.headers["Access-Control-Expose-Headers"]
        assert answer.headers["x-amzn-RequestId"]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "is not JSON"),
        (b"{", "is not JSON"),
        (b'{"Name": "a"} x', "is not JSON"),
        (b'{"Name": NaN}', "is not JSON"),
        (b'{"Name": "\\ud800"}', "is not JSON"),
        (b"[" * 5000, "is not JSON"),
        (b"[]", "is not a JSON object"),
        (b'"text"', "is not a JSON object"),
        (b"null", "is not a JSON object"),
    ],
)
def test_a_body_that_is_no_json_object_is_refused(http, body, message):
    answer = http("POST", "/v1/apps", body)
    assert answer.status == 400
    assert answer.error.startswith("BadRequestException The request's body")
    assert message in answer.error


def test_a_body_beyond_any_valid_request_is_too_large(http):
    body = json.dumps({"Name": "x" * (5 * 1024 * 1024)}).encode()
    answer = http("POST", "/v1/apps", body)
    assert (answer.status, answer.headers["x-amzn-ErrorType"]) == (413, "PayloadTooLargeException")


def test_a_request_larger_than_a_table_item_is_a_413(http, app_id):
    values = [f"{number:0100d}" for number in range(5000)]
    segment = {"Name": "x", "Dimensions": {"Attributes": {"a": {"Values": values}}}}
    answer = http("POST", f"/v1/apps/{app_id}/segments", segment)
    assert (answer.status, answer.headers["x-amzn-ErrorType"]) == (413, "PayloadTooLargeException")
    assert "400 KB" in answer.error

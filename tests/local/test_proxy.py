"""A request becomes the event that REST API Gateway would make of it; a result becomes a response."""

import json
from typing import Any

import pytest

from local.proxy import MalformedProxyResponseError, Request, answer_of, event_of
from local.routes import Routes
from local.template import Template


def event(
    template: Template, method: str, target: str, headers: Any = (), body: bytes = b""
) -> dict[str, Any]:
    routes = Routes(template, "Api1")
    request = Request(method, target, list(headers), body, "127.0.0.1", "request-1")
    match = routes.match(method, request.path)
    assert match is not None
    return event_of(request, match, routes)


def test_the_resource_and_the_method_are_named(template: Template) -> None:
    made = event(template, "PUT", "/apps/a/e")
    assert (made["resource"], made["httpMethod"]) == ("/apps/{application-id}/{endpoint-id}", "PUT")
    assert made["requestContext"]["resourcePath"] == "/apps/{application-id}/{endpoint-id}"
    assert made["requestContext"]["path"] == "/apps/a/e"
    assert made["requestContext"]["requestId"] == "request-1"


def test_path_parameters_stay_as_the_client_encoded_them(template: Template) -> None:
    made = event(template, "GET", "/apps/a/x%2Fy%3Az")
    assert made["pathParameters"] == {"application-id": "a", "endpoint-id": "x%2Fy%3Az"}
    assert made["path"] == "/apps/a/x%2Fy%3Az"


def test_query_parameters_are_decoded_and_the_last_of_a_name_is_the_single_value(template: Template) -> None:
    made = event(template, "GET", "/apps?token=a%2Fb&page-size=1&page-size=2&empty=")
    assert made["queryStringParameters"] == {"token": "a/b", "page-size": "2", "empty": ""}
    assert made["multiValueQueryStringParameters"] == {
        "token": ["a/b"],
        "page-size": ["1", "2"],
        "empty": [""],
    }


def test_headers_come_once_and_with_all_values(template: Template) -> None:
    made = event(template, "GET", "/apps", [("Accept", "a"), ("Accept", "b"), ("Host", "h")])
    assert made["headers"] == {"Accept": "b", "Host": "h"}
    assert made["multiValueHeaders"] == {"Accept": ["a", "b"], "Host": ["h"]}


def test_absent_parts_of_a_request_are_null(template: Template) -> None:
    made = event(template, "GET", "/apps")
    absent = ("body", "headers", "pathParameters", "queryStringParameters", "stageVariables")
    assert {name: made[name] for name in absent} == dict.fromkeys(absent)
    assert made["isBase64Encoded"] is False


def test_a_text_body_is_text(template: Template) -> None:
    made = event(template, "PUT", "/apps/a/e", [("content-type", "application/json")], '{"ü": 1}'.encode())
    assert (made["body"], made["isBase64Encoded"]) == ('{"ü": 1}', False)


def test_a_body_of_a_binary_media_type_is_base64(template: Template) -> None:
    made = event(template, "PUT", "/apps/a/e", [("Content-Type", "image/png")], b"\x89PNG")
    assert (made["body"], made["isBase64Encoded"]) == ("iVBORw==", True)


def test_the_caller_is_the_access_key_that_signed(template: Template) -> None:
    signature = (
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260101/us-east-1/execute-api/aws4_request, Signature=0"
    )
    signed = event(template, "GET", "/apps", [("Authorization", signature)])["requestContext"]["identity"]
    unsigned = event(template, "GET", "/apps")["requestContext"]["identity"]
    assert (signed["accessKey"], signed["accountId"]) == ("AKIDEXAMPLE", "123456789012")
    assert (unsigned["accessKey"], unsigned["userArn"]) == (None, None)


def test_a_result_becomes_status_headers_and_body() -> None:
    result = {
        "statusCode": 405,
        "headers": {"Allow": "one", "X-One": "1"},
        "multiValueHeaders": {"Allow": ["GET", "PUT"]},
        "body": "ü",
    }
    answer = answer_of(json.dumps(result).encode(), binary=True)
    assert answer.status == 405
    assert answer.headers == [
        ("X-One", "1"),
        ("Allow", "GET"),
        ("Allow", "PUT"),
        ("Content-Type", "application/json"),
    ]
    assert answer.body == "ü".encode()


def test_a_base64_body_is_sent_decoded() -> None:
    result = {
        "statusCode": 200,
        "headers": {"content-type": "image/png"},
        "body": "iVBORw==",
        "isBase64Encoded": True,
    }
    answer = answer_of(json.dumps(result).encode(), binary=True)
    assert (answer.headers, answer.body) == ([("content-type", "image/png")], b"\x89PNG")


def test_a_base64_body_stays_base64_for_who_does_not_ask_for_bytes() -> None:
    result = {"statusCode": 200, "body": "iVBORw==", "isBase64Encoded": True}
    assert answer_of(json.dumps(result).encode(), binary=False).body == b"iVBORw=="


@pytest.mark.parametrize(
    ("asked", "binary"),
    [
        ("image/png", True),
        ("Image/PNG; q=1, */*", True),
        ("*/*", False),
        ("text/html, image/png", False),
        ("", False),
    ],
)
def test_the_first_media_type_says_whether_bytes_are_asked_for(
    template: Template, asked: str, binary: bool
) -> None:
    assert Routes(template, "Api1").is_binary(asked) == binary


@pytest.mark.parametrize(
    "result", [None, [], {"body": "x"}, {"statusCode": "OK"}, {"statusCode": 200, "body": {}}]
)
def test_a_result_of_another_form_is_malformed(result: Any) -> None:
    with pytest.raises(MalformedProxyResponseError):
        answer_of(json.dumps(result).encode(), binary=True)

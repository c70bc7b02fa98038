"""What holds for every resource of the dialect: headers, bodies, methods, errors."""

import pytest
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent

from experience_platform_api.call import Call
from experience_platform_api.errors import error_body
from experience_platform_api.handler import handler, resolver
from experience_platform_api.routes.paths import DATASETS, EXPORT_JOBS, MERGE_POLICIES, MERGE_POLICY, PATHS
from http_api.errors import ApiError, NotFoundError, TooManyRequestsError
from tests.contract.experience_platform_api.events import HEADERS, Context, event

BASES = ("/data/core/ups/", "/data/foundation/catalog/")


def without(*names):
    return {name: value for name, value in HEADERS.items() if name not in names}


def test_every_resource_is_below_one_of_adobes_two_bases():
    assert all(path.startswith(BASES) for path in PATHS)


@pytest.mark.parametrize("header", ["x-gw-ims-org-id", "x-sandbox-name"])
@pytest.mark.parametrize("path", PATHS)
def test_a_call_without_organisation_or_sandbox_is_told_of_a_missing_header(ask, path, header):
    answer = ask("GET", path, headers=without(header), merge_policy_id="x", dataset_id="x")
    assert answer == (400, {"error_code": "400003", "message": "Missing header"})


@pytest.mark.parametrize("tenant", [None, {}, {"organisation": "o", "sandbox": "prod", "client_id": "c"}])
@pytest.mark.parametrize("path", PATHS)
def test_nothing_is_answered_without_a_tenant(ask, path, tenant):
    answer = ask("GET", path, tenant=tenant, merge_policy_id="timestampOrdered-pdg-mp", dataset_id="x")
    assert answer == (403, {"error_code": "403003", "message": "Api Key is invalid"})


@pytest.mark.parametrize("given", [{}, {"Content-Type": "text/plain"}, {"content-type": "application/jsonx"}])
def test_a_body_of_another_type_is_refused_in_adobes_words(ask, given):
    assert ask("POST", MERGE_POLICIES, {}, headers={**without("Content-Type"), **given}) == (
        400,
        {
            "type": "about:blank",
            "title": "BadRequestError",
            "status": 400,
            "detail": "A valid content-type must be specified",
        },
    )


@pytest.mark.parametrize("given", ["application/json", "Application/JSON; charset=utf-8"])
def test_json_is_taken_with_parameters_and_in_any_case(ask, given):
    headers = {**without("Content-Type"), "content-type": given}
    assert ask("POST", DATASETS, {"name": "one"}, headers=headers)[0] == 201


@pytest.mark.parametrize("body", ["", "{", "[]", "null"])
def test_a_body_that_is_no_json_object_is_a_finding(ask, body):
    status, answer = ask("POST", MERGE_POLICIES, body)
    assert status == 400
    assert (answer["requestId"], answer["status"]) == ("request-1", 400)
    [finding] = answer["errors"]["400"]
    assert finding["code"] == "400000"
    assert finding["message"].startswith("The request's body is not")


def test_a_body_that_is_nested_too_deeply_is_a_finding(ask):
    deep = "[" * 300 + "]" * 300
    for path in (DATASETS, EXPORT_JOBS):
        status, answer = ask("POST", path, f'{{"name": "one", "schemaRef": {{"deep": {deep}}}}}')
        assert (status, answer["errors"]["400"][0]["message"]) == (
            400,
            "The request's body is nested too deeply",
        )


def test_a_method_that_a_resource_does_not_have_is_405_with_those_it_has():
    answer = handler(event("PATCH", MERGE_POLICY, merge_policy_id="x"), Context())
    assert answer["statusCode"] == 405
    assert answer["multiValueHeaders"]["Allow"] == ["DELETE, GET, OPTIONS"]


@pytest.mark.parametrize("path", PATHS)
def test_options_is_answered_without_a_tenant(path):
    answer = handler(event("OPTIONS", path, headers={"Host": "h"}, tenant=None), Context())
    headers = answer["multiValueHeaders"]
    assert answer["statusCode"] == 200
    assert headers["Allow"] == [resolver.allowed(path)]
    assert "x-gw-ims-org-id" in headers["Access-Control-Allow-Headers"][0]
    assert headers["Access-Control-Allow-Origin"] == ["*"]


@pytest.mark.parametrize("given", ["0", "01", "-1", "1.0", "x", "", "9" * 19, "%31"])
def test_an_id_that_is_no_positive_integer_is_not_found(given):
    found = Call(APIGatewayProxyEvent(event("GET", "/x", job_id=given)))
    if given == "%31":
        assert found.number("job-id") == 1
        return
    with pytest.raises(NotFoundError):
        found.number("job-id")


@pytest.mark.parametrize(
    ("error", "title", "status"),
    [
        (NotFoundError("gone"), "NotFoundError", 404),
        (TooManyRequestsError("busy"), "TooManyRequestsError", 429),
        (ApiError("failed"), "InternalServerError", 500),
    ],
)
def test_errors_that_no_member_caused_are_json_objects_with_their_status(error, title, status):
    found = error_body(error, "request-1")
    detail = {"detail": error.message, "requestId": "request-1"}
    assert found == {"type": "about:blank", "title": title, "status": status, **detail}


def test_an_unexpected_exception_is_a_500_that_leaks_nothing(ask, monkeypatch):
    def failing(*_):
        raise KeyError("jane@example.org")

    monkeypatch.setattr("audience.experience_platform.datasets.DatasetStore.all", failing)
    status, answer = ask("GET", DATASETS)
    assert (status, answer["title"]) == (500, "InternalServerError")
    assert "jane" not in str(answer)

"""Who may call: each refusal as Adobe's gateway words it, over HTTP."""

import base64
import time

import pytest
import requests

from audience.experience_platform.tenants import TenantStore
from authorize_call.issuer import Issuer
from authorize_call.issuer_documents import IssuerUnreachableError
from experience_platform_api.handler import resolver
from experience_platform_api.routes.paths import DATASETS, MERGE_POLICIES, PATHS


def refusal(answer):
    assert answer.headers["Content-Type"] == "application/json"
    body = answer.json()
    assert set(body) == {"error_code", "message"}
    assert str(answer.status_code) == body["error_code"][:3]
    return body["error_code"], body["message"]


NO_TOKEN = ("403010", "Oauth token is missing.")
BAD_TOKEN = ("401013", "Oauth token is not valid")
NO_API_KEY = ("403000", "Api Key is required")
WRONG_API_KEY = ("403003", "Api Key is invalid")
MISSING_HEADER = ("400003", "Missing header")


def test_a_client_of_the_tenant_with_a_token_is_answered(ask):
    assert ask("GET", MERGE_POLICIES).status_code == 200


def test_the_issuers_own_token_endpoint_gives_such_a_token(ask, stack, place):
    form = {"grant_type": "client_credentials", "client_id": place.client_id, "client_secret": "x"}
    for version in ("v2", "v3"):
        answer = requests.post(f"{stack.issuer_url}/ims/token/{version}", data=form, timeout=20).json()
        assert (answer["token_type"], answer["expires_in"]) == ("bearer", 86399)
        given = f"Bearer {answer['access_token']}"
        assert ask("GET", MERGE_POLICIES, Authorization=given).status_code == 200


@pytest.mark.parametrize("given", [None, "", "Bearer ", "Basic eDp5"])
@pytest.mark.parametrize("path", [MERGE_POLICIES, DATASETS])
def test_without_a_token_it_is_missing(ask, path, given):
    assert refusal(ask("GET", path, Authorization=given)) == NO_TOKEN


def test_without_any_header_it_is_the_token_that_is_missing(stack):
    assert refusal(requests.get(f"{stack.api_url}{MERGE_POLICIES}", timeout=20)) == NO_TOKEN


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": int(time.time()) - 3600},
        {"nbf": int(time.time()) + 3600},
        {"iss": "https://another.example.com"},
        {"aud": "another-api"},
        {"nonce": "n-0S6_WzA2Mj"},
    ],
)
def test_a_token_out_of_its_time_or_of_another_issuer_or_purpose_is_not_valid(ask, stack, place, claims):
    token = stack.issuer.token(place.client_id, **claims)
    assert refusal(ask("GET", MERGE_POLICIES, Authorization=f"Bearer {token}")) == BAD_TOKEN


def test_a_token_that_was_altered_or_is_none_is_not_valid(ask, token):
    listed = base64.urlsafe_b64encode(b'{"alg": ["RS256"], "kid": "k"}').decode().rstrip("=")
    for text in (f"{token[:-8]}AAAAAAAA", f"{listed}.e30.x", "x.y.z", "x"):
        assert refusal(ask("GET", MERGE_POLICIES, Authorization=f"Bearer {text}")) == BAD_TOKEN


def test_without_a_key_it_is_required(ask):
    assert refusal(ask("GET", MERGE_POLICIES, x_api_key=None)) == NO_API_KEY


def test_a_key_that_is_not_the_tokens_is_invalid_even_where_it_is_the_tenants(ask):
    assert refusal(ask("GET", MERGE_POLICIES, x_api_key="another")) == WRONG_API_KEY


def test_a_client_that_the_tenant_does_not_list_is_invalid(ask, stack):
    token = stack.issuer.token("stranger")
    answer = ask("GET", MERGE_POLICIES, Authorization=f"Bearer {token}", x_api_key="stranger")
    assert refusal(answer) == WRONG_API_KEY


@pytest.mark.parametrize("name", ["nowhere", "x" * 3000])
@pytest.mark.parametrize("header", ["x_gw_ims_org_id", "x_sandbox_name"])
def test_a_place_that_nobody_bound_is_not_the_keys(ask, header, name):
    assert refusal(ask("GET", MERGE_POLICIES, **{header: name})) == WRONG_API_KEY


@pytest.mark.parametrize("header", ["x_gw_ims_org_id", "x_sandbox_name"])
def test_without_organisation_or_sandbox_a_header_is_missing(ask, header):
    assert refusal(ask("GET", MERGE_POLICIES, **{header: None})) == MISSING_HEADER


def test_an_app_that_is_unbound_lets_nobody_call_any_more(ask, stack, place):
    requests.delete(f"{stack.api_url}/v1/apps/{place.application_id}/platform", timeout=20)
    assert refusal(ask("GET", MERGE_POLICIES)) == WRONG_API_KEY


def test_while_the_token_cannot_be_checked_the_service_says_that_it_may_be_tried_again(ask, monkeypatch):
    def unreachable(*_):
        raise IssuerUnreachableError

    monkeypatch.setattr(Issuer, "key", unreachable)
    code, message = refusal(ask("GET", MERGE_POLICIES))
    assert code == "503000"
    assert "Try again" in message


def test_an_authorizer_that_fails_lets_nobody_in(ask, monkeypatch):
    def failing(*_):
        raise KeyError

    monkeypatch.setattr(TenantStore, "find", failing)
    assert refusal(ask("GET", MERGE_POLICIES))[0] == "503000"


@pytest.mark.parametrize(
    "path", ["/data/core/ups/nothing", "/data", "/data/core/ups/config/mergePolicies/a/b"]
)
def test_a_resource_that_is_not_there_is_a_404(ask, path):
    assert refusal(ask("GET", path)) == ("404000", "There is no such resource.")


def test_the_tenant_is_none_of_the_clients_choice(ask, other_place):
    """What another sandbox of the same client holds is not seen, whatever the request claims to be."""
    made = ask("POST", DATASETS, {"name": "one"}).json()[0].rpartition("/")[2]
    claims = {"application_id": other_place.application_id, "applicationId": other_place.application_id}
    assert made in ask("GET", DATASETS, query=claims, **claims).json()
    assert ask("GET", DATASETS, x_sandbox_name="stage").json() == {}
    assert ask("GET", f"{DATASETS}/{made}", x_sandbox_name="stage").status_code == 404


@pytest.mark.parametrize("path", PATHS)
def test_options_is_open_and_tells_the_methods(stack, path):
    url = stack.api_url + path.replace("{", "").replace("}", "")
    answer = requests.options(url, timeout=20)
    assert (answer.status_code, answer.headers["Allow"]) == (200, resolver.allowed(path))


@pytest.mark.parametrize("path", PATHS)
def test_a_method_that_a_resource_does_not_have_is_405_with_those_it_has(ask, path):
    allowed = resolver.allowed(path)
    for method in {"GET", "POST", "PUT", "DELETE", "PATCH"} - set(allowed.split(", ")):
        answer = ask(method, path.replace("{", "").replace("}", ""))
        assert (answer.status_code, answer.headers["Allow"]) == (405, allowed)
        assert answer.json()["title"] == "MethodNotAllowedError"

"""Which calls may be made, and Adobe's codes for those that may not."""

import io
import logging

import pytest

from audience.errors import MissingSettingError
from audience.experience_platform.tenants import Tenant
from authorize_call import handler as authorizer
from authorize_call.access_tokens import TokenInvalidError
from authorize_call.decision import Allowed, Denied, bearer_token, decide
from authorize_call.issuer import Issuer
from tests.unit.authorize_call.issuing import RSA_KEY, URL, Documents, public, token

TENANT = Tenant("org", "prod", "a1", ("crm", "web"))
HEADERS = {
    "authorization": "Bearer good",
    "x-api-key": "crm",
    "x-gw-ims-org-id": "org",
    "x-sandbox-name": "prod",
}
ARN = "arn:aws:execute-api:us-east-1:123456789012:api/prod/GET/data/core/ups/config/mergePolicies"


def client_of(given):
    if given != "good":
        raise TokenInvalidError
    return "crm"


def decide_with(**headers):
    given = {**HEADERS, **{name.replace("_", "-"): value for name, value in headers.items()}}
    present = {name: value for name, value in given.items() if value is not None}
    return decide(present, client_of, lambda *place: TENANT if place == ("org", "prod") else None)


def test_a_client_of_the_tenant_is_allowed_and_the_service_is_told_who_it_is():
    assert decide_with() == Allowed("crm", TENANT)
    assert decide_with().context == {
        "application_id": "a1",
        "organisation": "org",
        "sandbox": "prod",
        "client_id": "crm",
    }


@pytest.mark.parametrize("given", [None, "", "Bearer", "Bearer ", "Basic eDp5", "good"])
def test_a_call_without_a_bearer_token_is_told_so(given):
    assert decide_with(authorization=given) == Denied("403010", "Oauth token is missing.")


@pytest.mark.parametrize("given", [None, ""])
def test_a_call_without_an_api_key_is_told_so(given):
    assert decide_with(x_api_key=given) == Denied("403000", "Api Key is required")


@pytest.mark.parametrize(
    "headers",
    [
        {"x_api_key": "web"},  # a client of the tenant, but not the token's
        {"x_gw_ims_org_id": "other"},
        {"x_sandbox_name": "stage"},
    ],
)
def test_a_key_that_is_not_the_tokens_or_not_the_tenants_is_invalid(headers):
    assert decide_with(**headers) == Denied("403003", "Api Key is invalid")


def test_a_client_that_the_tenant_does_not_list_is_invalid():
    other = Tenant("org", "prod", "a1", ("web",))
    assert decide(HEADERS, client_of, lambda *_: other) == Denied("403003", "Api Key is invalid")


def test_a_token_without_a_client_allows_no_key():
    assert decide(HEADERS, lambda _: None, lambda *_: TENANT) == Denied("403003", "Api Key is invalid")


def test_an_invalid_token_is_raised_not_answered():
    with pytest.raises(TokenInvalidError):
        decide_with(authorization="Bearer bad")


@pytest.mark.parametrize("name", ["x_gw_ims_org_id", "x_sandbox_name"])
def test_without_organisation_or_sandbox_the_call_passes_without_a_tenant(name):
    assert decide_with(**{name: None}) == Allowed("crm")
    assert decide_with(**{name: None}).context == {"client_id": "crm"}


@pytest.mark.parametrize("given", ["Bearer x", "bearer x", "BEARER  x ", " Bearer x"])
def test_the_scheme_is_taken_in_any_case(given):
    assert bearer_token(given) == "x"


class Context:
    function_name = "authorize_call"
    memory_limit_in_mb = 512
    invoked_function_arn = "arn:aws:lambda:us-east-1:123456789012:function:authorize_call"
    aws_request_id = "invocation-1"


@pytest.fixture
def ask(monkeypatch):
    """Asks the function, for a request with these headers."""
    for name, value in {"CONTROL_TABLE": "control", "TOKEN_ISSUER": URL, "TOKEN_AUDIENCE": "*"}.items():
        monkeypatch.setenv(name, value)
    documents = Documents(public(RSA_KEY, "k1"))
    monkeypatch.setattr(authorizer, "_issuer", lambda url: Issuer(url, documents.fetch))
    monkeypatch.setattr(authorizer, "table", lambda _: None)
    monkeypatch.setattr(authorizer.TenantStore, "find", lambda *_: TENANT)

    def ask(headers):
        event = {
            "type": "REQUEST",
            "methodArn": ARN,
            "headers": headers,
            "requestContext": {"requestId": "request-1"},
        }
        return authorizer.handler(event, Context())

    return ask


def sent(**changes):
    """Headers as a client writes them."""
    headers = {
        "Authorization": f"Bearer {token()}",
        "X-Api-Key": "crm",
        "X-GW-IMS-Org-Id": "org",
        "x-sandbox-name": "prod",
    }
    return {**headers, **changes}


def test_the_policy_allows_the_one_method_that_is_called(ask):
    policy = ask(sent())
    assert policy["principalId"] == "crm"
    [statement] = policy["policyDocument"]["Statement"]
    assert statement == {"Action": "execute-api:Invoke", "Effect": "Allow", "Resource": ARN}
    assert policy["context"]["application_id"] == "a1"


@pytest.mark.parametrize("headers", [None, {}])
def test_a_denial_carries_its_code_and_its_text(ask, headers):
    policy = ask(headers)
    assert policy["policyDocument"]["Statement"][0]["Effect"] == "Deny"
    assert policy["context"] == {"error_code": "403010", "message": "Oauth token is missing."}


def test_an_invalid_token_is_the_error_that_the_gateway_makes_a_401_of(ask):
    with pytest.raises(Exception, match=r"^Unauthorized$"):
        ask(sent(Authorization="Bearer x.y.z"))


def test_without_a_configured_issuer_no_token_is_valid(ask, monkeypatch):
    monkeypatch.setenv("TOKEN_ISSUER", "")
    with pytest.raises(Exception, match=r"^Unauthorized$"):
        ask(sent())


def test_an_issuer_without_an_audience_is_a_missing_setting_not_an_open_door(ask, monkeypatch):
    monkeypatch.setenv("TOKEN_AUDIENCE", "")
    with pytest.raises(MissingSettingError, match="TOKEN_ISSUER is set, but TOKEN_AUDIENCE is empty"):
        ask(sent())


def test_no_token_is_logged(ask, monkeypatch):
    log = io.StringIO()
    monkeypatch.setattr(authorizer.logger._logger, "level", logging.DEBUG)
    monkeypatch.setattr(authorizer.logger.registered_handler, "stream", log)
    ask(sent())
    with pytest.raises(authorizer.UnauthorizedError):
        ask(sent(Authorization=f"Bearer {token(exp=1)}"))
    assert "ExpiredSignatureError" in log.getvalue()
    assert "eyJ" not in log.getvalue()

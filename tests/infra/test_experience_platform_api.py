"""The REST API of Experience Platform's dialect: its authorizer, and refusals in Adobe's shape."""

import json

from tests.infra.reading import Template, text

REFUSALS = {
    "ACCESS_DENIED": "403",
    "UNAUTHORIZED": "401",
    "AUTHORIZER_FAILURE": "503",
    "AUTHORIZER_CONFIGURATION_ERROR": "503",
    "MISSING_AUTHENTICATION_TOKEN": "404",
    "RESOURCE_NOT_FOUND": "404",
    "REQUEST_TOO_LARGE": "413",
    "THROTTLED": "429",
    "QUOTA_EXCEEDED": "429",
    "INTEGRATION_FAILURE": "500",
    "INTEGRATION_TIMEOUT": "500",
    "DEFAULT_4XX": "400",
    "DEFAULT_5XX": "500",
}


def bodies(template: Template) -> dict[str, dict[str, str]]:
    """What is answered, by kind. $context.error.messageString is quoted where API Gateway puts it in."""
    return {
        one["ResponseType"]: json.loads(
            one["ResponseTemplates"]["application/json"].replace("$context.error.messageString", '"Too long"')
        )
        for one in template.of_api("GatewayResponse", "ExperiencePlatformApi")
    }


def test_the_authorizer_runs_for_every_call_without_identity_sources_or_cache(template: Template) -> None:
    (authorizer,) = template.of_api("Authorizer", "ExperiencePlatformApi")
    assert authorizer["Type"] == "REQUEST"
    assert authorizer["AuthorizerResultTtlInSeconds"] == 0
    assert not authorizer.get("IdentitySource")
    assert "<FunctionsAuthorizeCall" in text(authorizer["AuthorizerUri"])
    assert template.of_api("Authorizer", "Api") == []


def test_each_gateway_response_has_its_status(template: Template) -> None:
    found = template.of_api("GatewayResponse", "ExperiencePlatformApi")
    assert {one["ResponseType"]: one["StatusCode"] for one in found} == REFUSALS


def test_each_error_code_starts_with_the_status(template: Template) -> None:
    for kind, body in bodies(template).items():
        assert set(body) == {"error_code", "message"}
        assert body["message"]
        if kind != "ACCESS_DENIED":
            assert body["error_code"].startswith(REFUSALS[kind])


def test_a_denial_has_the_authorizers_message_and_a_bad_token_has_adobes(template: Template) -> None:
    found = bodies(template)
    assert found["ACCESS_DENIED"] == {
        "error_code": "$context.authorizer.error_code",
        "message": "$context.authorizer.message",
    }
    assert found["UNAUTHORIZED"] == {"error_code": "401013", "message": "Oauth token is not valid"}


def test_the_authorizer_has_a_timeout_of_ten_seconds(template: Template) -> None:
    assert template.functions()["authorize_call"]["Timeout"] == 10

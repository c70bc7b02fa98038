"""Authorizers are called as REST API Gateway calls them, and their answers decide as they do there."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from local.authorizers import allows, ask
from local.gateway import Gateway, Gateways
from local.gateway_responses import GatewayResponses, Refusal
from local.intrinsics import UnsupportedTemplateError
from local.lambdas import Lambdas
from local.proxy import Request, event_of
from local.routes import Routes
from local.template import Template
from tests.local.conftest import arn_of

ARN = "arn:aws:execute-api:us-east-1:123456789012:Api1/prod/GET/apps"
NAME = "Stack-AnswerFunction1"


@pytest.fixture
def event(template: Template) -> dict[str, Any]:
    routes = Routes(template, "Api1")
    match = routes.match("GET", "/apps")
    assert match is not None
    return event_of(Request("GET", "/apps?a=1", [("X-A", "1")], b"{}", "127.0.0.1", "r"), match, routes)


def answering(answer: Any) -> str:
    return f"def handler(event, context):\n    return {answer!r}"


def policy(effect: str, resource: str = ARN, **more: Any) -> dict[str, Any]:
    statement = {"Effect": effect, "Action": "execute-api:Invoke", "Resource": resource}
    return {"principalId": "p", "policyDocument": {"Statement": [statement]}, **more}


def test_the_authorizers_event_is_the_request_without_its_body(
    event: dict[str, Any], lambdas_of: Callable[..., Lambdas]
) -> None:
    said = "def handler(event, context):\n    import json\n    print(json.dumps(event))\n    raise KeyError"
    lambdas = lambdas_of(said)
    asked: dict[str, Any] = {}
    invoke = lambdas.invoke
    lambdas.invoke = lambda name, payload: asked.update(json.loads(payload)) or invoke(name, payload)  # type: ignore[method-assign, func-returns-value]
    ask(lambdas, NAME, event)
    assert (asked["type"], asked["methodArn"]) == ("REQUEST", ARN)
    assert asked["headers"] == {"X-A": "1"}
    assert asked["queryStringParameters"] == {"a": "1"}
    assert "body" not in asked


def test_the_context_of_a_permission_is_converted_to_text(
    event: dict[str, Any], lambdas_of: Callable[..., Lambdas]
) -> None:
    answer = policy("Allow", context={"text": "x", "number": 1, "truth": True})
    permission = ask(lambdas_of(answering(answer)), NAME, event)
    assert permission.refusal is None
    assert permission.context == {"principalId": "p", "text": "x", "number": "1", "truth": "true"}


def test_a_denial_keeps_its_context(event: dict[str, Any], lambdas_of: Callable[..., Lambdas]) -> None:
    permission = ask(lambdas_of(answering(policy("Deny", context={"code": "1"}))), NAME, event)
    assert (permission.refusal, permission.context) == (Refusal.ACCESS_DENIED, {"code": "1"})


@pytest.mark.parametrize(
    ("source", "refusal"),
    [
        ("def handler(event, context):\n    raise Exception('Unauthorized')", Refusal.UNAUTHORIZED),
        ("def handler(event, context):\n    raise Exception('unauthorized')", Refusal.AUTHORIZER_FAILED),
        ("def handler(event, context):\n    raise KeyError", Refusal.AUTHORIZER_FAILED),
        (answering(None), Refusal.AUTHORIZER_FAILED),
        (answering({"principalId": "p"}), Refusal.AUTHORIZER_FAILED),
        (answering({**policy("Allow"), "principalId": ""}), Refusal.AUTHORIZER_FAILED),
        (answering(policy("Allow", context={"list": []})), Refusal.AUTHORIZER_FAILED),
    ],
)
def test_an_error_refuses_the_request_and_only_the_message_unauthorized_gives_401(
    event: dict[str, Any], lambdas_of: Callable[..., Lambdas], source: str, refusal: Refusal
) -> None:
    assert ask(lambdas_of(source), NAME, event).refusal == refusal


@pytest.mark.parametrize(
    ("statements", "allowed"),
    [
        ([("Allow", ARN)], True),
        ([("Allow", "*")], True),
        ([("Allow", f"{ARN}/more")], False),
        ([("Allow", "arn:aws:execute-api:us-east-1:123456789012:Api1/*/GET/*")], True),
        ([("Allow", "arn:aws:execute-api:us-east-1:123456789012:Api1/*/POST/*")], False),
        ([("Allow", "*"), ("Deny", ARN)], False),
        ([], False),
    ],
)
def test_a_policy_allows_what_some_statement_allows_and_none_denies(
    statements: list[tuple[str, str]], allowed: bool
) -> None:
    document = {
        "Statement": [
            {"Effect": effect, "Action": ["execute-api:Invoke"], "Resource": [resource]}
            for effect, resource in statements
        ]
    }
    assert allows(document, ARN) is allowed


@pytest.fixture
def guarded(document: dict[str, Any]) -> dict[str, Any]:
    """The template, with an authorizer before GET /apps."""
    uri = ["x/functions/", arn_of("AnswerFunction1"), "/invocations"]
    document["Resources"]["Guard"] = {
        "Type": "AWS::ApiGateway::Authorizer",
        "Properties": {
            "Type": "REQUEST",
            "AuthorizerResultTtlInSeconds": 0,
            "AuthorizerUri": {"Fn::Join": ["", uri]},
            "RestApiId": {"Ref": "Api1"},
        },
    }
    guard = {"AuthorizationType": "CUSTOM", "AuthorizerId": {"Ref": "Guard"}}
    document["Resources"]["GetApps"]["Properties"].update(guard)
    denied = document["Resources"]["NotFound"]["Properties"] | {
        "ResponseType": "ACCESS_DENIED",
        "StatusCode": "403",
        "ResponseTemplates": {"application/json": '{"code": "$context.authorizer.error_code"}'},
    }
    document["Resources"]["Denied"] = {"Type": "AWS::ApiGateway::GatewayResponse", "Properties": denied}
    return document


def answer_of_the_gateway(document: dict[str, Any], lambdas: Lambdas) -> tuple[int, Any]:
    template = Template(document, "Stack")
    gateway = Gateway(Routes(template, "Api1"), GatewayResponses(template, "Api1"), lambdas)
    answer = gateway.answer(Request("GET", "/apps", [], b"", "127.0.0.1", "r"))
    return answer.status, json.loads(answer.body)


def test_the_gateway_calls_the_authorizer_first_and_passes_its_context_to_the_function(
    guarded: dict[str, Any], lambdas_of: Callable[..., Lambdas]
) -> None:
    both = f"""
import json
def handler(event, context):
    if event.get("type") == "REQUEST":
        return {policy("Allow", context={"a": 1})!r}
    return {{"statusCode": 200, "body": json.dumps(event["requestContext"]["authorizer"])}}
"""
    assert answer_of_the_gateway(guarded, lambdas_of(both)) == (200, {"principalId": "p", "a": "1"})


def test_a_denied_request_gets_the_access_denied_response_with_the_authorizers_context(
    guarded: dict[str, Any], lambdas_of: Callable[..., Lambdas]
) -> None:
    denying = answering(policy("Deny", context={"error_code": "403010"}))
    assert answer_of_the_gateway(guarded, lambdas_of(denying)) == (403, {"code": "403010"})


@pytest.mark.parametrize(
    "change",
    [
        {"Type": "TOKEN"},
        {"AuthorizerResultTtlInSeconds": 300},
        {"IdentitySource": "method.request.header.Authorization"},
    ],
)
def test_authorizers_whose_results_are_cached_are_not_supported(
    guarded: dict[str, Any], change: dict[str, Any]
) -> None:
    guarded["Resources"]["Guard"]["Properties"].update(change)
    with pytest.raises(UnsupportedTemplateError, match="GetApps"):
        Routes(Template(guarded, "Stack"), "Api1")


def test_the_first_segment_of_a_path_chooses_the_api() -> None:
    class Api:
        def __init__(self, *roots: str) -> None:
            self.roots = set(roots)

    first, second = Api("v1"), Api("data")
    gateways = Gateways([first, second])  # type: ignore[list-item]  # what is asked of a gateway here
    assert gateways.of("/v1/apps") is first
    assert gateways.of("/data/core/ups") is second
    assert gateways.of("/nothing") is first

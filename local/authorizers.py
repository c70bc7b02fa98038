"""REST API Gateway's Lambda authorizers: the event that a request becomes, and what its answer means.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-output.html
"""

import json
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from local.account import ACCOUNT, REGION
from local.gateway_responses import Refusal
from local.lambdas import Lambdas

INVOKE = "execute-api:Invoke"
_EVENT_FIELDS = (  # of the proxy event, handed to the authorizer
    *("resource", "path", "httpMethod", "headers", "multiValueHeaders", "queryStringParameters"),
    *("multiValueQueryStringParameters", "pathParameters", "stageVariables", "requestContext"),
)


@dataclass(frozen=True)
class Permission:
    """An authorizer's decision: the caller's context where the request may pass, or else how it is refused."""

    context: dict[str, str] = field(default_factory=dict)
    refusal: Refusal | None = None


def ask(lambdas: Lambdas, authorizer: str, event: dict[str, Any]) -> Permission:
    """Ask the authorizer's function about a request.

    Args:
        lambdas: the functions.
        authorizer: the function's name.
        event: the proxy event that the request is to become.
    """
    arn = _method_arn(event)
    request = {"type": "REQUEST", "methodArn": arn, **{name: event[name] for name in _EVENT_FIELDS}}
    outcome = lambdas.invoke(authorizer, json.dumps(request).encode())
    answer = json.loads(outcome.payload)
    if outcome.failed:
        unauthorized = answer.get("errorMessage") == "Unauthorized"
        return Permission(refusal=Refusal.UNAUTHORIZED if unauthorized else Refusal.AUTHORIZER_FAILED)
    if not _well_formed(answer):
        return Permission(refusal=Refusal.AUTHORIZER_FAILED)
    context = {name: _text(value) for name, value in (answer.get("context") or {}).items()}
    if not allows(answer["policyDocument"], arn):
        return Permission(context, Refusal.ACCESS_DENIED)
    return Permission({"principalId": str(answer["principalId"]), **context})


def allows(policy: dict[str, Any], arn: str) -> bool:
    """Tell whether a policy lets a method be invoked: one statement allows its ARN, none denies it."""
    effects = {
        statement["Effect"]
        for statement in _listed(policy["Statement"])
        if _matches(statement.get("Action"), INVOKE) and _matches(statement.get("Resource"), arn)
    }
    return "Allow" in effects and "Deny" not in effects


def _method_arn(event: dict[str, Any]) -> str:
    context = event["requestContext"]
    stage_arn = f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{context['apiId']}/{context['stage']}"
    return f"{stage_arn}/{event['httpMethod']}/{event['path'].lstrip('/')}"


def _well_formed(answer: Any) -> bool:
    """Tell whether an answer has a principal, a policy, and a flat context, as API Gateway demands."""
    if not isinstance(answer, dict) or not answer.get("principalId"):
        return False
    context = answer.get("context") or {}
    flat = isinstance(context, dict) and not any(isinstance(value, dict | list) for value in context.values())
    return flat and "Statement" in (answer.get("policyDocument") or {})


def _matches(patterns: Any, name: str) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in _listed(patterns))


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _text(value: Any) -> str:
    """Return a value of the context as text, as functions get it."""
    return value if isinstance(value, str) else json.dumps(value)

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
_TOLD = ("resource", "path", "httpMethod", "headers", "multiValueHeaders", "queryStringParameters")
_TOLD_TOO = ("multiValueQueryStringParameters", "pathParameters", "stageVariables", "requestContext")


@dataclass(frozen=True)
class Permission:
    """What came of asking: the caller's context where the request may pass, or else how it is refused."""

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
    question = {"type": "REQUEST", "methodArn": arn, **{name: event[name] for name in _TOLD + _TOLD_TOO}}
    outcome = lambdas.invoke(authorizer, json.dumps(question).encode())
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
    """Whether a policy lets the method of that ARN be invoked: some statement allows it, and none denies it."""
    effects = {
        statement["Effect"]
        for statement in _listed(policy["Statement"])
        if _matches(statement.get("Action"), INVOKE) and _matches(statement.get("Resource"), arn)
    }
    return "Allow" in effects and "Deny" not in effects


def _method_arn(event: dict[str, Any]) -> str:
    context = event["requestContext"]
    place = f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{context['apiId']}/{context['stage']}"
    return f"{place}/{event['httpMethod']}/{event['path'].lstrip('/')}"


def _well_formed(answer: Any) -> bool:
    """A principal, a policy, and a context without lists and objects, as API Gateway demands."""
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
    """Functions get the context's values as text, whatever they were."""
    return value if isinstance(value, str) else json.dumps(value)

"""moto's Lambda runs our functions, for each kind of invocation."""

import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from moto.awslambda_simple.models import LambdaSimpleBackend
from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser

from local.account import ROOT
from local.engine import definitions_read_once, functions_run_by
from local.lambdas import Lambdas

FUNCTION = SimpleNamespace(function_name="Stack-AnswerFunction1")


@pytest.fixture
def backend() -> Any:
    return SimpleNamespace(get_function=lambda *_: FUNCTION)


def invoke(backend: Any, lambdas: Lambdas, body: Any, **headers: str) -> tuple[Any, dict[str, str]]:
    response: dict[str, str] = {}
    with functions_run_by(lambdas):
        payload = LambdaSimpleBackend.invoke(
            backend,
            "any",
            None,
            body,
            {name.replace("_", "-"): value for name, value in headers.items()},
            response,
        )
    return payload, response


def test_a_call_gets_the_result(backend: Any, lambdas_of: Callable[..., Lambdas]) -> None:
    lambdas = lambdas_of("def handler(event, context): return event['a'] + 1")
    assert invoke(backend, lambdas, '{"a": 1}') == (b"2", {})


def test_a_call_without_a_payload_is_an_empty_event(backend: Any, lambdas_of: Callable[..., Lambdas]) -> None:
    lambdas = lambdas_of("def handler(event, context): return event")
    assert invoke(backend, lambdas, b"") == (b"{}", {})


def test_a_failed_call_is_marked_unhandled(backend: Any, lambdas_of: Callable[..., Lambdas]) -> None:
    payload, response = invoke(backend, lambdas_of("def handler(event, context): raise KeyError('x')"), b"{}")
    assert json.loads(payload)["errorType"] == "KeyError"
    assert response == {"x-amz-function-error": "Unhandled"}


def test_an_event_invocation_does_not_wait_for_the_function(
    backend: Any, lambdas_of: Callable[..., Lambdas]
) -> None:
    later: list[tuple[str, bytes]] = []
    lambdas = lambdas_of("def handler(event, context): return 1")
    lambdas.invoke_later = lambda name, payload: later.append((name, payload))  # type: ignore[method-assign]
    assert invoke(backend, lambdas, b"{}", X_Amz_Invocation_Type="Event") == (b"", {})
    assert later == [("Stack-AnswerFunction1", b"{}")]


def test_a_dry_run_runs_nothing(backend: Any, lambdas_of: Callable[..., Lambdas]) -> None:
    lambdas = lambdas_of("def handler(event, context): raise KeyError('x')")
    assert invoke(backend, lambdas, b"{}", X_Amz_Invocation_Type="DryRun") == (b"", {})


def test_a_definition_is_read_once_and_every_execution_has_a_program_of_its_own() -> None:
    definition = (ROOT / "statemachines" / "export_job.asl.json").read_text()
    with definitions_read_once():
        first, again = (AmazonStateLanguageParser.parse(definition) for _ in range(2))
    assert first[1] is again[1]
    assert first[0] is not again[0]
    assert type(first[0]) is type(again[0])

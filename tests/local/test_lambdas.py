"""Handlers run in this process, and their callers see what Lambda would show them."""

import json
import logging
import os
import threading
from collections.abc import Callable

import pytest

from local.environment import functions_see_their_own
from local.lambdas import MAX_PAYLOAD_BYTES, Function, Lambdas

NAME = "Stack-AnswerFunction1"
LambdasOf = Callable[..., Lambdas]


def test_the_result_is_the_handlers_as_json(lambdas_of: LambdasOf) -> None:
    outcome = lambdas_of("def handler(event, context): return {'twice': event['n'] * 2}").invoke(
        NAME, b'{"n": 4}'
    )
    assert (outcome.failed, json.loads(outcome.payload)) == (False, {"twice": 8})


def test_an_exception_is_reported_with_its_class_name_and_stack_trace(lambdas_of: LambdasOf) -> None:
    source = (
        "class TableThrottledError(Exception): pass\n"
        "def handler(event, context): raise TableThrottledError('busy')"
    )
    outcome = lambdas_of(source).invoke(NAME, b"{}")
    error = json.loads(outcome.payload)
    assert outcome.failed
    assert (error["errorType"], error["errorMessage"]) == ("TableThrottledError", "busy")
    assert "raise TableThrottledError" in error["stackTrace"][-1]


def test_an_unknown_module_is_an_error_of_the_invocation(function: Callable[..., Function]) -> None:
    broken = function("import nothing_of_that_name\n")
    outcome = Lambdas([broken]).invoke(NAME, b"{}")
    assert outcome.failed
    assert json.loads(outcome.payload)["errorType"] == "ModuleNotFoundError"


def test_a_handler_that_takes_too_long_times_out(lambdas_of: LambdasOf) -> None:
    source = "import threading\ndef handler(event, context): threading.Event().wait()"
    outcome = lambdas_of(source, timeout_seconds=0.01).invoke(NAME, b"{}")
    error = json.loads(outcome.payload)
    assert outcome.failed
    assert error["errorType"] == "Sandbox.Timedout"
    assert "Task timed out after 0.01 seconds" in error["errorMessage"]


def test_a_timed_out_handler_does_not_block_the_next_invocation(function: Callable[..., Function]) -> None:
    source = (
        "import threading\ndef handler(event, context):\n    event or threading.Event().wait()\n    return 1"
    )
    lambdas = Lambdas([function(source, timeout_seconds=0.5)], one_at_a_time=[NAME])
    assert lambdas.invoke(NAME, b"{}").failed
    assert lambdas.invoke(NAME, b'{"go": 1}').payload == b"1"


def test_a_result_beyond_lambdas_limit_is_an_error(lambdas_of: LambdasOf) -> None:
    outcome = lambdas_of(f"def handler(event, context): return 'x' * {MAX_PAYLOAD_BYTES}").invoke(NAME, b"{}")
    assert json.loads(outcome.payload)["errorType"] == "Function.ResponseSizeTooLarge"


def test_the_context_names_the_function_and_the_time_left(lambdas_of: LambdasOf) -> None:
    source = (
        "def handler(event, context):\n"
        "    return [context.function_name, context.memory_limit_in_mb, context.invoked_function_arn,\n"
        "            len(context.aws_request_id), 0 < context.get_remaining_time_in_millis() <= 20000]"
    )
    outcome = lambdas_of(source).invoke(NAME, b"{}")
    arn = f"arn:aws:lambda:us-east-1:123456789012:function:{NAME}"
    assert json.loads(outcome.payload) == [NAME, 512, arn, 36, True]


def test_a_function_sees_its_own_variables_and_no_other_functions(
    lambdas_of: LambdasOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTHERS", "exported by the user")
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    source = (
        "import os\n"
        "def handler(event, context):\n"
        "    return [os.environ['OWN'], os.getenv('OTHERS'), os.environ['AWS_REGION'],\n"
        "            'OTHERS' in os.environ.copy(), os.environ['AWS_LAMBDA_FUNCTION_NAME']]"
    )
    with functions_see_their_own(frozenset({"OWN", "OTHERS"})):
        outcome = lambdas_of(source, OWN="mine").invoke(NAME, b"{}")
        assert os.environ["OTHERS"] == "exported by the user"
        assert "OWN" not in os.environ
    assert json.loads(outcome.payload) == ["mine", None, "us-east-1", False, NAME]


def test_functions_one_at_a_time_never_overlap(function: Callable[..., Function]) -> None:
    source = (
        "import threading\n"
        "running = threading.Semaphore(1)\n"
        "def handler(event, context):\n"
        "    alone = running.acquire(blocking=False)\n"
        "    threading.Event().wait(0.01)\n"
        "    running.release() if alone else None\n"
        "    return alone"
    )
    lambdas = Lambdas([function(source)], one_at_a_time=[NAME])
    payloads: list[bytes] = []
    threads = [
        threading.Thread(target=lambda: payloads.append(lambdas.invoke(NAME, b"{}").payload))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert payloads == [b"true"] * 4


def test_the_error_of_an_asynchronous_invocation_is_logged(lambdas_of: LambdasOf) -> None:
    logged = threading.Event()
    messages: list[str] = []

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            messages.append(record.getMessage())
            logged.set()

    listener = Listener()
    logging.getLogger("local.lambdas").addHandler(listener)
    try:
        lambdas_of("def handler(event, context): raise ValueError('lost')").invoke_later(NAME, b"{}")
        assert logged.wait(20)
    finally:
        logging.getLogger("local.lambdas").removeHandler(listener)
    assert "lost" in messages[0]

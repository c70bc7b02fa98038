"""Runs the real handlers in this process, the way Lambda runs them in its own.

A timed-out handler cannot be killed here: its caller gets `Sandbox.Timedout`, while the thread runs on. Locks,
connections and Powertools' own state are shared by the invocations of one process, which they never are in Lambda.
"""

import json
import logging
import time
import traceback
import uuid
from collections.abc import Callable, Collection, Iterable
from concurrent.futures import Future
from dataclasses import dataclass, field
from importlib import import_module
from threading import Semaphore, Thread
from typing import Any

from local.environment import as_function

logger = logging.getLogger(__name__)

# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html: 6 MB each way, plus 100 bytes
MAX_PAYLOAD_BYTES = 6_291_556
ENVIRONMENTS = 4  # invocations of one function at a time; in Lambda as many as there are


@dataclass(frozen=True)
class Function:
    """A deployed function: what its template says about it."""

    name: str
    arn: str
    role: str
    handler: str
    timeout_seconds: float
    memory_mb: int
    environment: dict[str, str]


@dataclass(frozen=True)
class Outcome:
    """An invocation's result: a JSON payload, which describes the error when there was one."""

    payload: bytes
    failed: bool = False


@dataclass
class Context:
    """Lambda's context object (https://docs.aws.amazon.com/lambda/latest/dg/python-context.html)."""

    function_name: str
    invoked_function_arn: str
    memory_limit_in_mb: int
    timeout_seconds: float
    function_version: str = "$LATEST"
    aws_request_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    log_group_name: str = "local"
    log_stream_name: str = "local"
    identity: None = None
    client_context: None = None
    started: float = field(default_factory=time.monotonic)

    def get_remaining_time_in_millis(self) -> int:
        """Return the milliseconds until the function's timeout."""
        remaining = self.timeout_seconds - (time.monotonic() - self.started)
        return max(0, int(remaining * 1000))


class Lambdas:
    """The functions of one stack."""

    def __init__(self, functions: Iterable[Function], one_at_a_time: Collection[str] = ()) -> None:
        """Keep the functions, each with the number of invocations it may have at a time.

        Args:
            functions: what to run.
            one_at_a_time: names of functions that keep the request they answer in a global, as Powertools'
                resolvers do: their invocations queue.
        """
        self._functions = {function.name: function for function in functions}
        self._free = {
            name: Semaphore(1 if name in one_at_a_time else ENVIRONMENTS) for name in self._functions
        }

    def invoke(self, name: str, payload: bytes) -> Outcome:
        """Run the function on a JSON payload and wait for its result, its error, or its timeout.

        Raises:
            KeyError: no function of that name.
        """
        function = self._functions[name]
        with self._free[name]:
            context = Context(
                function.name, function.arn, function.memory_mb, timeout_seconds=function.timeout_seconds
            )
            outcome: Future[Outcome] = Future()
            # A daemon thread of its own: a handler that never returns keeps neither a worker nor the process.
            Thread(target=_run, args=(function, payload, context, outcome), daemon=True, name=name).start()
            try:
                return outcome.result(function.timeout_seconds)
            except TimeoutError:
                return _timed_out(context)

    def invoke_later(self, name: str, payload: bytes) -> None:
        """Run the function without waiting, as Lambda's invocation type Event does; an error is logged."""
        Thread(target=self._invoke_and_log, args=(name, payload), daemon=True).start()

    def _invoke_and_log(self, name: str, payload: bytes) -> None:
        outcome = self.invoke(name, payload)
        if outcome.failed:
            logger.error("%s failed: %s", name, outcome.payload.decode())


def load_handler(handler: str) -> Callable[[Any, Any], Any]:
    """Import the callable that a function's Handler property names: `import_piece.handler.handler`."""
    module, _, name = handler.rpartition(".")
    loaded: Callable[[Any, Any], Any] = getattr(import_module(module), name)
    return loaded


def _run(function: Function, payload: bytes, context: Context, outcome: Future[Outcome]) -> None:
    variables = {
        "AWS_LAMBDA_FUNCTION_NAME": function.name,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory_mb),
        "AWS_LAMBDA_FUNCTION_VERSION": context.function_version,
        **function.environment,
    }
    try:
        with as_function(variables):
            result = load_handler(function.handler)(json.loads(payload or b"{}"), context)
            body = json.dumps(result).encode()
    except BaseException as error:  # noqa: BLE001  (whatever a handler raises is what its caller gets)
        outcome.set_result(
            _failure(type(error).__name__, str(error), context, traceback.format_tb(error.__traceback__))
        )
        return
    if len(body) > MAX_PAYLOAD_BYTES:
        message = f"Response payload size exceeded maximum allowed payload size ({MAX_PAYLOAD_BYTES} bytes)."
        outcome.set_result(_failure("Function.ResponseSizeTooLarge", message, context))
        return
    outcome.set_result(Outcome(body))


def _timed_out(context: Context) -> Outcome:
    message = f"RequestId: {context.aws_request_id} Error: Task timed out after {context.timeout_seconds:.2f} seconds"
    return _failure("Sandbox.Timedout", message, context)


def _failure(name: str, message: str, context: Context, trace: list[str] | None = None) -> Outcome:
    error: dict[str, Any] = {"errorMessage": message, "errorType": name, "requestId": context.aws_request_id}
    if trace is not None:
        error["stackTrace"] = trace
    return Outcome(json.dumps(error).encode(), failed=True)

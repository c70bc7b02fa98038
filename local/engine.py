"""The AWS of the laptop: moto's server, with the pieces replaced that it leaves open.

They are moto's own methods, so moto is pinned. Replaced are: the invocation of functions (moto starts containers, or
echoes), the end of an execution (moto tells nobody), the interpreter's boto3 clients (moto makes one for each
task, at 20 ms of CPU each), its reading of a definition (moto reads it for each execution, at 100 ms) and of a path
(for each value that a state takes, at 1 ms), and its list of services (made for each request, from a folder).
"""

import contextlib
import functools
import logging
import socket
import sys
from collections.abc import Callable, Iterator
from threading import Lock
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import boto3
from botocore.config import Config
from jsonpath_ng.ext.parser import parse as read_path
from moto import backends
from moto.awslambda_simple.models import LambdaSimpleBackend
from moto.core.config import default_user_config
from moto.moto_api._internal.models import moto_api_backend
from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser
from moto.stepfunctions.parser.asl.parse.preprocessor import Preprocessor
from moto.stepfunctions.parser.asl.utils import boto_client, json_path
from moto.stepfunctions.parser.backend.execution import BaseExecutionWorkerCommunication, Execution

from local.dynamodb_forwarding import DynamoDbForwarding
from local.http_server import Connection, HttpServer
from local.lambdas import Lambdas

_CONFIG = {"lambda": {"use_docker": False}, "stepfunctions": {"execute_state_machine": True}}
_MAKING_CLIENTS = Lock()
_MOST_DEFINITIONS = 64  # more than there are state machines
_MOST_PATHS = 1024  # more than are in their definitions
_MOST_TASKS_AT_A_TIME = 64  # the interpreter's threads share a client: more than a map's MaxConcurrency


# moto logs a state that fails as an error of its own; it is the job's affair, and in the execution's history.
logging.getLogger("moto.stepfunctions").setLevel(logging.CRITICAL)


class _MotoConnection(Connection, MotoRequestHandler):
    """A kept connection that gives moto the headers in the form that it expects."""


@contextlib.contextmanager
def aws_server(listener: socket.socket, dynamodb_url: str) -> Iterator[None]:
    """Serve moto on the socket, empty at first, and DynamoDB's requests from `dynamodb_url`."""
    app = DynamoDbForwarding(DomainDispatcherApplication(create_backend_app), dynamodb_url)
    services = frozenset(backends.list_of_moto_modules())
    with (
        patch.dict(default_user_config, _CONFIG),
        patch.object(backends, "list_of_moto_modules", lambda: services),
    ):
        moto_api_backend.reset()
        server = HttpServer(listener, app, sys.maxsize, connection=_MotoConnection)
        server.start()
        try:
            yield
        finally:
            server.stop()


@contextlib.contextmanager
def functions_run_by(lambdas: Lambdas) -> Iterator[None]:
    """Let moto's Lambda run this checkout's functions, for boto3, the CLI and state machines alike."""

    def invoke(
        self: LambdaSimpleBackend, name: str, qualifier: str | None, body: Any, headers: Any, response: Any
    ) -> bytes:
        function = self.get_function(name, qualifier).function_name
        kind = headers.get("X-Amz-Invocation-Type", "RequestResponse")
        payload = body.encode() if isinstance(body, str) else body
        if kind == "RequestResponse":
            outcome = lambdas.invoke(function, payload)
            if outcome.failed:
                response["x-amz-function-error"] = "Unhandled"
            return outcome.payload
        if kind == "Event":
            lambdas.invoke_later(function, payload)
        return b""

    with patch.object(LambdaSimpleBackend, "invoke", invoke):
        yield


@contextlib.contextmanager
def ended_executions_passed_to(listen: Callable[[Execution], None]) -> Iterator[None]:
    """Call `listen` with each execution that has ended, when its status can be read already."""
    reflect = BaseExecutionWorkerCommunication.terminated

    def terminated(self: BaseExecutionWorkerCommunication) -> None:
        reflect(self)
        listen(self.execution)

    with patch.object(BaseExecutionWorkerCommunication, "terminated", terminated):
        yield


@contextlib.contextmanager
def clients_made_one_at_a_time() -> Iterator[None]:
    """Guard boto3's default session: using a client is thread-safe, making one is not.

    Lambda needs no guard, since an environment runs one invocation at a time.
    https://boto3.amazonaws.com/v1/documentation/api/latest/guide/clients.html#multithreading-or-multiprocessing-with-clients
    """

    def guarded(make: Callable[..., Any]) -> Callable[..., Any]:
        def one_at_a_time(*args: Any, **options: Any) -> Any:
            with _MAKING_CLIENTS:
                return make(*args, **options)

        return one_at_a_time

    with (
        patch.object(boto3, "client", guarded(boto3.client)),
        patch.object(boto3, "resource", guarded(boto3.resource)),
    ):
        yield


@contextlib.contextmanager
def interpreter_clients_kept() -> Iterator[None]:
    """Let the interpreter's tasks share one boto3 client for each service."""
    clients: dict[str, Any] = {}
    lock = Lock()

    def client(*, service_name: str, config: Config, **options: Any) -> Any:
        with lock:
            if service_name not in clients:
                roomy = config.merge(Config(max_pool_connections=_MOST_TASKS_AT_A_TIME))
                clients[service_name] = boto3.client(service_name, config=roomy, **options)  # type: ignore[call-overload]
            return clients[service_name]

    with patch.object(boto_client, "boto3", SimpleNamespace(client=client)):
        yield


@contextlib.contextmanager
def definitions_read_once() -> Iterator[None]:
    """Let the interpreter keep the syntax tree of each state machine, and the paths in it.

    Every execution has a program of its own.
    """
    read = AmazonStateLanguageParser.parse
    tree_of = functools.lru_cache(_MOST_DEFINITIONS)(lambda definition: read(definition)[1])

    def parse(definition: str) -> tuple[Any, Any]:
        tree = tree_of(definition)
        return Preprocessor().visit(tree), tree

    with (
        patch.object(AmazonStateLanguageParser, "parse", parse),
        patch.object(json_path, "parse", functools.lru_cache(_MOST_PATHS)(read_path)),
    ):
        yield

"""The whole stack on this machine, as a context manager: the server of `make serve`, the demo and the tests.

One at a time in a process: handlers keep their boto3 clients, and moto its state, for the process's life. Tables can
be kept on disk; objects in S3, executions and everything else moto holds are in memory and end with the stack.
"""

import contextlib
import os
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from unittest.mock import patch

import boto3

from local.account import FORBIDDEN_VARIABLES, FUNCTIONS_FOLDER, ROOT, process_variables
from local.deploy import (
    FUNCTION,
    deploy_buckets,
    deploy_functions,
    deploy_roles,
    deploy_state_machines,
    deploy_tables,
    functions_of,
    variables_of,
)
from local.engine import (
    aws_server,
    clients_made_one_at_a_time,
    definitions_read_once,
    ended_executions_passed_to,
    functions_run_by,
    interpreter_clients_kept,
)
from local.environment import functions_see_their_own
from local.events import Rules, execution_ended
from local.gateway import Gateway, Gateways, gateway_server
from local.gateway_responses import GatewayResponses
from local.issuer import AUDIENCE, Issuer
from local.lambdas import Lambdas
from local.ports import listen, url
from local.routes import routes_of
from local.synthesis import synthesise
from local.tables import table_server
from local.template import Template

# So that on a laptop a file of a few megabytes is work for several workers.
SMALLER_PIECES = {"pieceBytes": "1048576", "pieceRows": "1"}


class LocalStack:
    """The synthesised template, running. Use it in a `with` block, or call `start` and `stop`."""

    api_url: str
    aws_url: str
    issuer_url: str
    dynamodb_url: str
    template: Template
    issuer: Issuer
    lambdas: Lambdas
    rules: Rules
    variables: dict[str, str]

    def __init__(
        self,
        *,
        api_port: int = 0,
        aws_port: int = 0,
        issuer_port: int = 0,
        data_dir: Path | None = None,
        context: Mapping[str, object] | None = None,
        template: Path | None = None,
        overrides: Mapping[str, str] | None = None,
    ) -> None:
        """Keep what to run; nothing is started yet.

        Args:
            api_port: where the API listens; 0 takes a free port.
            aws_port: where S3, Step Functions, STS and the others listen; 0 takes a free port.
            issuer_port: where tokens for the second API are given out; 0 takes a free port.
            data_dir: where the tables are kept; None keeps them in memory.
            context: settings that are not a deployment's defaults, such as `{"pieceBytes": "65536"}`.
            template: a template that is synthesised already; made from the CDK app when left out.
            overrides: variables for all functions, such as `{"POWERTOOLS_LOG_LEVEL": "ERROR"}`.
        """
        self._ports = (api_port, aws_port, issuer_port)
        self._data_dir = data_dir
        self._context = {**SMALLER_PIECES, **(context or {})}
        self._template_path = template
        self._overrides = overrides or {}
        self._clients: dict[str, Any] = {}
        self._running = contextlib.ExitStack()

    def __enter__(self) -> Self:
        """Start the stack."""
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop the stack."""
        self.stop()

    def start(self) -> None:
        """Start everything and deploy the template; when this returns, all URLs answer.

        Raises:
            PortTakenError: one of the ports is in use.
            TablesNotStartedError: the DynamoDB server did not come up.
            TemplateNotSynthesisedError: the CDK app failed.
            UnsupportedTemplateError: the template needs what the local stack does not have.
        """
        with contextlib.ExitStack() as starting:
            self._start(starting)
            self._running = starting.pop_all()

    def stop(self) -> None:
        """Stop everything, the last started first. Handlers under way are left to themselves."""
        self._running.close()

    def client(self, service: str) -> Any:
        """Return the stack's boto3 client of a service of the local AWS; threads may share it."""
        if service not in self._clients:
            self._clients[service] = boto3.client(service)  # type: ignore[call-overload]
        return self._clients[service]

    def function_name(self, folder: str) -> str:
        """Return the deployed name of the function in `functions/<folder>`.

        Raises:
            LookupError: the template has no such function.
        """
        for logical_id in self.template.of_type(FUNCTION):
            if self.template.properties(logical_id)["Handler"].split(".")[0] == folder:
                return self.template.name(logical_id)
        raise LookupError(f"no function of the template is in functions/{folder}")

    def _start(self, running: contextlib.ExitStack) -> None:
        api_port, aws_port, issuer_port = self._ports
        api = running.enter_context(listen(api_port, "API_PORT"))
        aws = running.enter_context(listen(aws_port, "AWS_PORT"))
        self.issuer = Issuer(running.enter_context(listen(issuer_port, "ISSUER_PORT")))
        self.api_url, self.aws_url, self.issuer_url = url(api), url(aws), self.issuer.url
        self.template = Template.read(self._template_path or self._synthesise(running))
        self.dynamodb_url = running.enter_context(table_server(self._data_dir))
        self._point_process_here(running)
        self._clients = {}  # an earlier start had other URLs
        running.enter_context(aws_server(aws, self.dynamodb_url))
        self._deploy(running)
        for server in (self.issuer.server, gateway_server(api, self._gateways())):
            server.start()
            running.callback(server.stop)

    def _local_settings(self) -> dict[str, str]:
        # moto checks no trust policy: every role can be assumed with any ExternalId.
        tokens = {"TOKEN_ISSUER": self.issuer_url, "TOKEN_AUDIENCE": AUDIENCE}
        return {**tokens, "PROBE_EXTERNAL_ID": "false"}

    def _gateways(self) -> Gateways:
        return Gateways(
            [
                Gateway(routes, GatewayResponses(self.template, routes.api), self.lambdas)
                for routes in routes_of(self.template)
            ]
        )

    def _synthesise(self, running: contextlib.ExitStack) -> Path:
        return synthesise(Path(running.enter_context(tempfile.TemporaryDirectory())), self._context)

    def _point_process_here(self, running: contextlib.ExitStack) -> None:
        running.enter_context(patch.dict(os.environ, process_variables(self.aws_url, self.dynamodb_url)))
        for name in FORBIDDEN_VARIABLES:
            os.environ.pop(name, None)
        for folder in (str(FUNCTIONS_FOLDER), str(ROOT)):
            if folder not in sys.path:
                sys.path.insert(0, folder)

    def _deploy(self, running: contextlib.ExitStack) -> None:
        functions = functions_of(self.template, self._overrides, self._local_settings())
        self.variables = variables_of(functions)
        answering = {name for routes in routes_of(self.template) for name in routes.functions}
        self.lambdas = Lambdas(functions, one_at_a_time=answering)
        self.rules = Rules(self.template, self.lambdas)
        deploy_buckets(self.template, self.client("s3"))
        deploy_tables(self.template, self.client("dynamodb"))
        deploy_roles(self.template, self.client("iam"))
        deploy_functions(functions, self.client("lambda"))
        running.enter_context(definitions_read_once())
        deploy_state_machines(self.template, self.client("stepfunctions"))
        running.enter_context(functions_see_their_own(frozenset(self.variables)))
        running.enter_context(functions_run_by(self.lambdas))
        running.enter_context(clients_made_one_at_a_time())
        running.enter_context(interpreter_clients_kept())
        running.enter_context(
            ended_executions_passed_to(lambda execution: self.rules.publish(execution_ended(execution)))
        )
        self.rules.start()
        running.callback(self.rules.stop)

"""The API Gateway of the laptop: calls the function which the template's route names for a request.

It asks authorizers, checks no signatures and throttles nothing.
"""

import json
import logging
import socket
import uuid
from collections.abc import Iterable, Sequence
from wsgiref.types import StartResponse, WSGIEnvironment

from werkzeug import Response

from local.authorizers import ask
from local.gateway_responses import Answer, GatewayResponses, Refusal
from local.http_server import BODILESS, HEADERS, TARGET, HttpServer
from local.lambdas import MAX_PAYLOAD_BYTES, Lambdas
from local.proxy import MalformedProxyResponseError, Request, answer_of, event_of
from local.routes import Routes

logger = logging.getLogger(__name__)

# https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html
MAX_BODY_BYTES = 10 * 1024 * 1024


class Gateway:
    """One API: finds the route, asks the authorizer, calls the function, or refuses in the template's words."""

    def __init__(self, routes: Routes, responses: GatewayResponses, lambdas: Lambdas) -> None:
        """Keep the API's routes and gateway responses, and the functions."""
        self._routes = routes
        self._responses = responses
        self._lambdas = lambdas

    @property
    def roots(self) -> set[str]:
        """The first segments of the API's paths."""
        return self._routes.roots

    def answer(self, request: Request) -> Answer:
        """Find the route, ask its authorizer, call its function, and return the response."""
        match = self._routes.match(request.method, request.path)
        if match is None:
            return self.refuse(Refusal.MISSING_AUTHENTICATION_TOKEN, request.request_id)
        event = event_of(request, match, self._routes)
        if match.authorizer:
            permission = ask(self._lambdas, match.authorizer, event)
            if permission.refusal:
                return self._responses.answer(permission.refusal, request.request_id, permission.context)
            event["requestContext"]["authorizer"] = permission.context
        payload = json.dumps(event).encode()
        if len(payload) > MAX_PAYLOAD_BYTES:
            return self.refuse(Refusal.REQUEST_TOO_LARGE, request.request_id)
        outcome = self._lambdas.invoke(match.function, payload)
        if outcome.failed:
            logger.error("%s %s: %s", request.method, match.resource, outcome.payload.decode())
            return self.refuse(Refusal.INTERNAL, request.request_id)
        try:
            return answer_of(outcome.payload, binary=self._routes.is_binary(request.header("accept")))
        except MalformedProxyResponseError as error:
            logger.error("%s %s: %s", request.method, match.resource, error)  # noqa: TRY400  (the text says it all)
            return self.refuse(Refusal.INTERNAL, request.request_id)

    def refuse(self, refusal: Refusal, request_id: str) -> Answer:
        """Return the gateway response of that kind."""
        return self._responses.answer(refusal, request_id)


class Gateways:
    """All APIs on one port, where each has a host of its own in the cloud: the path says whose a request is."""

    def __init__(self, gateways: Sequence[Gateway]) -> None:
        """Keep the APIs; the first one refuses requests for paths that belong to none."""
        self._gateways = gateways

    def of(self, path: str) -> Gateway:
        """Return the API that a path belongs to, by its first segment."""
        root = path.strip("/").partition("/")[0]
        return next((one for one in self._gateways if root in one.roots), self._gateways[0])

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request, as a WSGI application."""
        request = Request(
            method=environ["REQUEST_METHOD"],
            target=environ[TARGET],
            headers=environ[HEADERS],
            body=environ["wsgi.input"].read(),
            source_ip=environ["REMOTE_ADDR"],
            request_id=str(uuid.uuid4()),
        )
        gateway = self.of(request.path)
        if len(request.body) > MAX_BODY_BYTES:
            answer = gateway.refuse(Refusal.REQUEST_TOO_LARGE, request.request_id)
        else:
            answer = gateway.answer(request)
        return _response(answer, request.request_id)(environ, start_response)

    def malformed(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Refuse what the HTTP server cannot read, as a WSGI application."""
        request_id = str(uuid.uuid4())
        gateway = self.of(environ[TARGET].partition("?")[0])
        answer = gateway.refuse(Refusal.BAD_REQUEST, request_id)
        return _response(answer, request_id)(environ, start_response)


def gateway_server(listener: socket.socket, gateways: Gateways) -> HttpServer:
    """Make the server of the APIs, on a socket that listens already."""
    return HttpServer(listener, gateways, MAX_BODY_BYTES, gateways.malformed)


def _response(answer: Answer, request_id: str) -> Response:
    response = Response(answer.body, answer.status, answer.headers)
    response.headers["x-amzn-RequestId"] = request_id
    response.headers["Content-Length"] = str(len(answer.body))
    if answer.status in BODILESS:
        del response.headers["Content-Type"]
    return response

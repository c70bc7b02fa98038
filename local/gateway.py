"""The API Gateway of the laptop: an HTTP server that calls the function which the template's route names.

It asks authorizers, checks no signatures and throttles nothing.
"""

import json
import logging
import socket
import uuid
from collections.abc import Iterator, Sequence
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from local.authorizers import ask
from local.gateway_responses import Answer, GatewayResponses, Refusal
from local.lambdas import MAX_PAYLOAD_BYTES, Lambdas
from local.proxy import MalformedProxyResponseError, Request, answer_of, event_of
from local.routes import Routes

logger = logging.getLogger(__name__)

# https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html
MAX_BODY_BYTES = 10 * 1024 * 1024
_PART_BYTES = 64 * 1024
_GIVEN_HERE = ("content-length", "x-amzn-requestid")
# https://www.rfc-editor.org/rfc/rfc9110#section-6.4.1: a client takes a body of theirs for the next answer.
_BODILESS = (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED)


class Gateway:
    """One API: finds the route, asks the authorizer, calls the function, or refuses in the template's words."""

    def __init__(self, routes: Routes, responses: GatewayResponses, lambdas: Lambdas) -> None:
        """Put the parts together."""
        self._routes = routes
        self._responses = responses
        self._lambdas = lambdas

    @property
    def roots(self) -> set[str]:
        """The first segments of the API's paths."""
        return self._routes.roots

    def answer(self, request: Request) -> Answer:
        """The response to one request."""
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
            return answer_of(outcome.payload)
        except MalformedProxyResponseError as error:
            logger.error("%s %s: %s", request.method, match.resource, error)  # noqa: TRY400  (the text says it all)
            return self.refuse(Refusal.INTERNAL, request.request_id)

    def refuse(self, refusal: Refusal, request_id: str) -> Answer:
        """The gateway response of that kind."""
        return self._responses.answer(refusal, request_id)


class Gateways:
    """All APIs on one port, where each has a host of its own in the cloud: the path says whose a request is."""

    def __init__(self, gateways: Sequence[Gateway]) -> None:
        """Take the APIs; the first one answers for what is nobody's."""
        self._gateways = gateways

    def of(self, path: str) -> Gateway:
        """The API that a path belongs to, by its first segment."""
        root = path.strip("/").partition("/")[0]
        return next((one for one in self._gateways if root in one.roots), self._gateways[0])


class GatewayServer(ThreadingHTTPServer):
    """The HTTP server of the APIs, on a socket that listens already."""

    daemon_threads = True

    def __init__(self, listener: socket.socket, gateways: Gateways) -> None:
        """Serve the APIs on the socket."""
        super().__init__(listener.getsockname(), _Connection, bind_and_activate=False)
        self.socket.close()
        self.socket = listener
        self.gateways = gateways
        self._thread = Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    def start(self) -> None:
        """Answer requests from now on, in threads of their own."""
        self._thread.start()

    def stop(self) -> None:
        """Stop listening; requests under way are left to themselves."""
        self.shutdown()
        self.server_close()


class _BodyTooLargeError(Exception):
    """The request's body is beyond API Gateway's limit."""


class _Connection(BaseHTTPRequestHandler):
    """One kept-alive connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # one write for head and body: two small ones would wait for each other's ACK
    server: GatewayServer

    def _answer(self) -> None:
        request_id = str(uuid.uuid4())
        gateway = self.server.gateways.of(self.path.partition("?")[0])
        try:
            body = self._read_body()
        except ValueError:
            self.close_connection = True  # what follows cannot be told from the next request
            answer = gateway.refuse(Refusal.BAD_REQUEST, request_id)
        except _BodyTooLargeError:
            answer = gateway.refuse(Refusal.REQUEST_TOO_LARGE, request_id)
        else:
            headers = list(self.headers.items())
            source_ip = str(self.client_address[0])
            answer = gateway.answer(Request(self.command, self.path, headers, body, source_ip, request_id))
        self._send(answer, request_id)

    def _read_body(self) -> bytes:
        """The body; read to its end in any case, for a client that is cut off while it sends reads no answer."""
        kept, length = [], 0
        for part in self._parts():
            length += len(part)
            if length <= MAX_BODY_BYTES:
                kept.append(part)
        if length > MAX_BODY_BYTES:
            raise _BodyTooLargeError
        return b"".join(kept)

    def _parts(self) -> Iterator[bytes]:
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            yield from self._counted(int(self.headers.get("Content-Length", "0")))
            return
        while size := int(self.rfile.readline().partition(b";")[0], 16):
            yield from self._counted(size)
            self.rfile.readline()
        while self.rfile.readline().strip():
            """Trailers are not passed on."""

    def _counted(self, length: int) -> Iterator[bytes]:
        while length > 0:
            part = self.rfile.read(min(length, _PART_BYTES))
            if not part:
                raise ValueError("the body ended early")
            length -= len(part)
            yield part

    def _send(self, answer: Answer, request_id: str) -> None:
        bodiless = answer.status in _BODILESS
        not_passed_on = (*_GIVEN_HERE, "content-type") if bodiless else _GIVEN_HERE
        self.send_response(answer.status)
        for name, value in answer.headers:
            if name.lower() not in not_passed_on:
                self.send_header(name, value)
        self.send_header("x-amzn-RequestId", request_id)
        if not bodiless:
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if self.command != "HEAD" and not bodiless:
            self.wfile.write(answer.body)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Refuse what is no HTTP as the gateway does; of a method that Python does not know, the route decides."""
        del message, explain
        if code == HTTPStatus.NOT_IMPLEMENTED:
            self._answer()
        else:
            self.close_connection = True
            request_id = str(uuid.uuid4())
            gateway = self.server.gateways.of("/")
            self._send(gateway.refuse(Refusal.BAD_REQUEST, request_id), request_id)
        self.wfile.flush()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (the base class's name)
        """Requests are logged at debug level only."""
        logger.debug(format, *args)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _answer  # noqa: N815

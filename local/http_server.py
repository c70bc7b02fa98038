"""The HTTP server of the laptop's gateway, AWS and token issuer: werkzeug's, on connections that are kept.

Three things are done by hand here, because werkzeug's development server does not do them:
- Connections: werkzeug closes each one after one answer, which makes calls of boto3 to moto twice as long.
- Bodies: werkzeug ignores a senseless Content-Length, and takes neither extensions nor trailers of chunked bodies.
- Names and order of headers, and the undecoded path: WSGI keeps neither, so both are added to the environ.
"""

import io
import socket
from collections.abc import Iterator
from http import HTTPStatus
from threading import Thread
from wsgiref.types import WSGIApplication, WSGIEnvironment

from werkzeug.exceptions import BadRequest
from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler
from werkzeug.test import create_environ, run_wsgi_app

TARGET = "local.target"  # the path, percent-encoded, with the query
HEADERS = "local.headers"  # pairs of names and values, as they were sent
# https://www.rfc-editor.org/rfc/rfc9110#section-6.4.1: a client takes a body of theirs for the next answer.
BODILESS = (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED)
_PART_BYTES = 64 * 1024


class HttpServer(ThreadedWSGIServer):
    """One WSGI application on a socket that listens already, each connection in a thread of its own."""

    def __init__(
        self,
        listener: socket.socket,
        app: WSGIApplication,
        max_body_bytes: int,
        malformed: WSGIApplication | None = None,
        connection: type["Connection"] | None = None,
    ) -> None:
        """Keep the parts; nothing is answered before `start`.

        Args:
            listener: the socket; it is closed by `stop`.
            app: what answers requests, with the whole body in `wsgi.input`.
            max_body_bytes: of a longer body the application sees more than this, but not all.
            malformed: what answers a request that is no HTTP, or whose body is cut short.
            connection: what reads requests and writes answers, where it is more than `Connection`.
        """
        host, port = listener.getsockname()
        super().__init__(host, port, app, connection or Connection, fd=listener.fileno())
        self.max_body_bytes = max_body_bytes
        self.malformed: WSGIApplication = malformed or BadRequest()
        self._listener = listener
        self._thread = Thread(target=self.serve_forever, args=(0.05,), daemon=True)

    def start(self) -> None:
        """Answer requests from now on."""
        self._thread.start()

    def stop(self) -> None:
        """Stop listening; requests under way are left to themselves."""
        self.shutdown()
        self._thread.join()
        self._listener.close()


class Connection(WSGIRequestHandler):
    """One connection, kept for as many requests as the client sends."""

    server: HttpServer
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def run_wsgi(self) -> None:
        """Read one request to its end and answer it."""
        try:
            environ = self.make_environ()
            environ["wsgi.input"] = io.BytesIO(self._read_body())
        except ValueError:
            self.send_error(HTTPStatus.BAD_REQUEST)
        else:
            self._respond(self.server.app, environ)

    def make_environ(self) -> WSGIEnvironment:
        """Describe the request, with what WSGI leaves out."""
        added = {"wsgi.input_terminated": True, TARGET: self.path, HEADERS: self.headers.items()}
        return {**super().make_environ(), **added}

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Refuse what is no HTTP, and close: what follows cannot be told from the next request."""
        del code, message, explain
        self.close_connection = True
        environ = create_environ(method=self.command or "GET")
        self._respond(self.server.malformed, {**environ, TARGET: self.path if self.command else "/"})

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Log nothing for a request that is answered."""

    def _respond(self, app: WSGIApplication, environ: WSGIEnvironment) -> None:
        parts, status, headers = run_wsgi_app(app, environ, buffered=True)
        code, body = int(status.split()[0]), b"".join(parts)
        self.send_response(code)
        for name, value in headers:
            self.send_header(name, value)
        if "Content-Length" not in headers and code not in BODILESS and environ["REQUEST_METHOD"] != "HEAD":
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _read_body(self) -> bytes:
        """Read the body to its end, however long: a client that is cut off while it sends reads no answer.

        Raises:
            ValueError: a senseless length, or the body ends early.
        """
        kept, length = [], 0
        for part in self._parts():
            if length <= self.server.max_body_bytes:
                kept.append(part)
            length += len(part)
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

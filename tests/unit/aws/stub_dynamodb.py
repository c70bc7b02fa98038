"""An HTTP server that answers as a test tells it, in the place of DynamoDB."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

DROP = "drop"  # the connection is closed without an answer
GARBLE = "garble"  # what comes back is not HTTP


@dataclass
class Answer:
    """One answer: its status, and its JSON."""

    status: int = 200
    body: dict[str, Any] = field(default_factory=dict)


def error(name: str, status: int = 400) -> Answer:
    """An error as DynamoDB tells it."""
    return Answer(status, {"__type": f"com.amazonaws.dynamodb.v20120810#{name}", "message": f"about {name}"})


class Stub:
    """Gives the answers it was given, then `default` for ever; keeps what it was asked."""

    def __init__(self) -> None:
        self.url = ""
        self.answers: list[Answer | str] = []
        self.default: Answer = Answer()
        self.headers: list[dict[str, str]] = []
        self.bodies: list[Any] = []
        self.connections: set[tuple[str, int]] = set()
        self.meanwhile: Callable[[], None] = lambda: None

    def next(self) -> Answer | str:
        return self.answers.pop(0) if self.answers else self.default


@contextmanager
def stub_server() -> Iterator[Stub]:
    """A stub that listens on a free port for as long as the block runs."""
    stub = Stub()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            stub.bodies.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            stub.headers.append({name.lower(): value for name, value in self.headers.items()})
            stub.connections.add(self.client_address)
            stub.meanwhile()
            answer = stub.next()
            if isinstance(answer, str):
                self.close_connection = True
                self.wfile.write(b"" if answer == DROP else b"what?\r\n\r\n")
                return
            content = json.dumps(answer.body).encode() if answer.status < 500 else b"<html>not JSON</html>"
            self.send_response(answer.status)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_arguments: Any) -> None:
            """Say nothing of each request."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    stub.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield stub
    finally:
        server.shutdown()
        server.server_close()

"""The issuer's documents come over HTTP, soon or not at all."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from authorize_call.issuer_documents import IssuerUnreachableError, fetch_document


class Answers(BaseHTTPRequestHandler):
    answers = {  # noqa: RUF012  (never changed)
        "/object": (200, b'{"a": 1}'),
        "/list": (200, b"[]"),
        "/nonsense": (200, b"<html>"),
        "/broken": (500, b"{}"),
        "/moved": (302, b"{}"),
        "/long": (200, b'{"a": "' + b"x" * 2_000_000 + b'"}'),
    }

    def do_GET(self):
        status, body = self.answers[self.path]
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "/object")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture
def url() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Answers)
    Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_a_json_object_is_read(url):
    assert fetch_document(f"{url}/object") == {"a": 1}


@pytest.mark.parametrize("path", ["/list", "/nonsense", "/broken", "/moved", "/long"])
def test_everything_else_counts_as_no_answer(url, path):
    with pytest.raises(IssuerUnreachableError):
        fetch_document(f"{url}{path}")


def test_an_issuer_that_is_not_there_is_no_answer():
    with pytest.raises(IssuerUnreachableError):
        fetch_document("http://127.0.0.1:9/")

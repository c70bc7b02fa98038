"""A console in front of a service that tells what it was asked."""

import json
import threading
from collections.abc import Iterable, Iterator
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

import boto3
import pytest
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from console.__main__ import serving
from console.guard import Guard


class Service:
    """Answers what the tests set, and keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[Request] = []
        self.bodies: list[bytes] = []
        self.answer = Response(json.dumps({"Item": []}), 200, content_type="application/json")
        self.url = ""

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        request = Request(environ)
        self.bodies.append(request.get_data())
        self.asked.append(request)
        return self.answer(environ, start_response)


@pytest.fixture
def service() -> Iterator[Service]:
    service = Service()
    server = make_server("127.0.0.1", 0, service, threaded=True)
    service.url = f"http://127.0.0.1:{server.port}/prod"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield service
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def console(service: Service) -> Iterator[Guard]:
    keys: dict[str, Any] = {"aws_access_key_id": "AKID", "aws_secret_access_key": "secret"}
    session = boto3.Session(region_name="eu-west-1", **keys)
    with serving(service.url, session, 0) as guard:
        yield guard

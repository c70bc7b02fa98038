"""Comes between the functions and AWS: numbers the requests they make, and does something to one of them."""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock, Thread, current_thread
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch
from urllib.parse import urlsplit

import botocore.endpoint
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ConnectionClosedError, ReadTimeoutError
from botocore.httpsession import URLLib3Session
from moto.stepfunctions.parser.asl.component.common.retry import retrier_decl

from local.stack import LocalStack
from tests.workflow.faults.conftest import Body

Send = Callable[[], Any]
Act = Callable[[Any, Send], Any]


class KilledError(BaseException):
    """The function's environment is gone in the middle of a request."""


KilledError.__name__ = "Lambda.Unknown"  # what Step Functions is told then


def refused(request: Any, _: Send) -> Any:
    """AWS is in trouble."""
    headers: Any = {"content-type": "application/xml"}
    return AWSResponse(request.url, 500, headers, Body(b""))


def cut_before(request: Any, _: Send) -> Any:
    """The request never arrives."""
    raise ConnectionClosedError(endpoint_url=request.url)


def cut_after(request: Any, send: Send) -> Any:
    """The request takes effect, and its answer never arrives."""
    send()
    raise ReadTimeoutError(endpoint_url=request.url)


class Lost:
    """The answer to the first try is lost after its effect; the tries after it reach AWS and are answered."""

    __name__ = "lost_once"

    def __init__(self) -> None:
        self._lost: set[str] = set()

    def __call__(self, request: Any, send: Send) -> Any:
        name = str(request.headers["amz-sdk-invocation-id"])
        if name in self._lost:
            return send()
        self._lost.add(name)
        return cut_after(request, send)


lost_once = Lost()


def killed_before(_: Any, __: Send) -> Any:
    raise KilledError


def killed_after(_: Any, send: Send) -> Any:
    send()
    raise KilledError


class Wiretap:
    """Lets `act` happen to all tries of one request of the functions' boto3 clients, by its number from 0."""

    def __init__(self, stack: LocalStack, folders: tuple[str, ...], at: int, act: Act) -> None:
        self.seen = 0
        self.kinds: list[
            str
        ] = []  # of the requests, by their numbers: what was asked for, of which table or bucket
        self.done = ""
        self._names = {stack.function_name(folder) for folder in folders}
        self._at = at
        self._act = act
        self._lock = Lock()
        self._numbers: dict[str, int] = {}
        self._dead: set[Thread] = set()

    @contextmanager
    def tapping(self) -> Iterator[None]:
        """Tap the threads that run the functions; nobody waits between two tries."""
        real = URLLib3Session.send

        def send(session: Any, request: Any) -> Any:
            if current_thread().name not in self._names:
                return real(session, request)
            return self._sent(request, lambda: real(session, request))

        at_once = SimpleNamespace(sleep=lambda _: None, time=time.time)
        with (
            patch.object(URLLib3Session, "send", send),
            patch.object(botocore.endpoint, "time", at_once),
            patch.object(retrier_decl, "time", at_once),
        ):
            yield

    def _sent(self, request: Any, send: Send) -> Any:
        if current_thread() in self._dead:
            raise KilledError  # what a handler does after its end, in a finally, reaches nobody
        if self._number(request) != self._at:
            return send()
        target = request.headers.get("X-Amz-Target", b"").decode()
        self.done = f"{current_thread().name}: {request.method} {request.url} {target}"
        try:
            return self._act(request, send)
        except KilledError:
            self._dead.add(current_thread())
            raise

    def _number(self, request: Any) -> int:
        """The request's number; the tries of one request have one number."""
        with self._lock:
            number = self._numbers.setdefault(str(request.headers["amz-sdk-invocation-id"]), self.seen)
            if number == self.seen:
                self.seen += 1
                self.kinds.append(_kind_of(request))
            return number


def _kind_of(request: Any) -> str:
    target = request.headers.get("X-Amz-Target", b"").decode()
    table = re.search(r'"TableName": ?"([^"]*)"', f"{request.body}")
    bucket = urlsplit(request.url).path.split("/")[1]
    return " ".join((request.method, target, table[1] if table else bucket))

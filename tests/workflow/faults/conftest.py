"""Faults, injected where they happen in the cloud: in an invocation, on the wire, in an execution."""

import json
from collections.abc import Callable
from threading import Lock, Thread
from typing import Any

import pytest
import urllib3
from botocore.awsrequest import AWSResponse

from audience.aws.clients import client
from audience.aws.dynamodb import DynamoDBClient
from audience.aws.dynamodb_loop import DynamoDBLoop
from local.lambdas import Outcome
from local.stack import LocalStack
from tests.workflow.customer import Customer

Act = Callable[[Callable[[], Outcome], dict[str, Any]], Outcome]


def dead(name: str = "Lambda.Unknown") -> Outcome:
    """What an invocation comes to whose worker died."""
    return Outcome(json.dumps({"errorType": name, "errorMessage": "it died"}).encode(), failed=True)


class Once:
    """Does something in one invocation and lets all others be."""

    def __init__(self, act: Act) -> None:
        self._act = act
        self._lock = Lock()
        self.done = False

    def __call__(self, call: Callable[[], Outcome], event: dict[str, Any]) -> Outcome:
        with self._lock:
            first, self.done = not self.done, True
        return self._act(call, event) if first else call()


def at_once(call: Callable[[], Outcome], _event: dict[str, Any]) -> Outcome:
    """Two workers on one piece."""
    other = Thread(target=call)
    other.start()
    outcome = call()
    other.join()
    return outcome


class Wire:
    """Answers of DynamoDB that never come, or that say no."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.seen = 0
        self.told = 0

    def answer(self, number: int) -> tuple[int, dict[str, Any]] | None:
        """What to answer to the request of that number instead of sending it; None sends it."""
        del number
        return None


@pytest.fixture
def ask(stack: LocalStack, customer: Customer) -> Callable[[str, str], tuple[int, Any]]:
    """Sends a request below the app; the status and the answer."""

    def asked(method: str, path: str) -> tuple[int, Any]:
        answer = urllib3.request(method, f"{stack.api_url}/v1/apps/{customer.app_id}/{path}", retries=False)
        return answer.status, json.loads(answer.data)

    return asked


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, Callable[[int], Any]], Wire]:
    """Comes between the row loop and DynamoDB: `answer(n)` may answer, raise, or give None to let request n pass."""

    def put(operation: str, answer: Callable[[int], Any]) -> Wire:
        counter, send, send_in_loop = Wire(), DynamoDBClient._send, DynamoDBLoop._send

        def instead(called: str) -> tuple[int, bytes] | None:
            if called != operation:
                return None
            with counter.lock:
                counter.seen += 1
                number = counter.seen
            if (told := answer(number)) is None:
                return None
            counter.told += 1
            return told[0], json.dumps(told[1]).encode()

        def sent(self: DynamoDBClient, called: str, body: bytes) -> tuple[int, bytes]:
            return instead(called) or send(self, called, body)

        def sent_in_loop(self: DynamoDBLoop, waiting: Any, request: tuple[str, bytes]) -> None:
            if told := instead(request[0]):
                self._resume(waiting, told)
            else:
                send_in_loop(self, waiting, request)

        monkeypatch.setattr(DynamoDBClient, "_send", sent)
        monkeypatch.setattr(DynamoDBLoop, "_send", sent_in_loop)
        return counter

    return put


@pytest.fixture
def refused_requests(request: pytest.FixtureRequest) -> Callable[[str, str, str, int, Any], list[str]]:
    """Makes AWS refuse a client's requests: service, operation, error code, status, and which of them (a predicate)."""

    def put(service: str, operation: str, code: str, status: int, which: Callable[[str], bool]) -> list[str]:
        refused: list[str] = []

        def instead(request: Any, **_: Any) -> AWSResponse | None:
            if not which(request.url):
                return None
            refused.append(request.url)
            body = f"<Error><Code>{code}</Code><Message>no</Message></Error>".encode()
            headers: Any = {"content-type": "application/xml"}
            return AWSResponse(request.url, status, headers, Body(body))

        name = f"before-send.{service}.{operation}"
        named: Any = service
        events = client(named).meta.events
        events.register_first(name, instead)
        request.addfinalizer(lambda: events.unregister(name, instead))
        return refused

    return put


class Body:
    """A response's raw body."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self, *_: Any, **__: Any) -> Any:
        yield self._content

    def read(self, *_: Any, **__: Any) -> bytes:
        content, self._content = self._content, b""
        return content

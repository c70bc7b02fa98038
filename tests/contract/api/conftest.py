"""The API's function on a table of its own, with nothing in front of it."""

from typing import Any, NamedTuple

import orjson
import pytest

from api import arns, handler
from api.routes import apps
from http_api import stores
from tests.contract.experience_platform_api.events import Context, event

ACCOUNT = "123456789012"


class LongContext(Context):
    """A context of an invocation that has all of its time left."""

    @staticmethod
    def get_remaining_time_in_millis() -> int:
        return 29_000


class Answer(NamedTuple):
    status: int
    error: str  # the error's name and message; empty where there is none
    body: Any


@pytest.fixture
def ask(control: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Answers a request to a resource; path parameters have underscores for hyphens, `multi` is a query."""
    for module in (apps, arns, stores):
        monkeypatch.setattr(module, "table", lambda _: control)
    for name in ("CONTROL_TABLE", "ENDPOINTS_TABLE", "BUCKET"):
        monkeypatch.setenv(name, name.lower())
    for name, value in (("WORKER_ROLE_ARN", ""), ("ALLOWED_ROLE_ARNS", "*"), ("ACCOUNT_ID", ACCOUNT)):
        monkeypatch.setenv(name, value)

    def ask(method: str, resource: str, body: Any = None, *, multi: Any = None, **more: Any) -> Answer:
        context: Any = LongContext()
        request = event(method, resource, body, headers={}, **more)
        if multi:
            request["multiValueQueryStringParameters"] = {
                name: list(values) for name, values in multi.items()
            }
        made = handler.handler(request, context)
        [name] = made["multiValueHeaders"].get("x-amzn-ErrorType", [""])
        answered: Any = orjson.loads(made["body"] or "null")
        return Answer(made["statusCode"], f"{name} {answered['Message']}" if name else "", answered)

    return ask


@pytest.fixture
def app_id(ask: Any) -> str:
    """The id of a new app."""
    made: str = ask("POST", "/v1/apps", {"Name": "app"}).body["Id"]
    return made

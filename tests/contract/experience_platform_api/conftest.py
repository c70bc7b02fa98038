"""The function on a table of its own, with nothing in front of it."""

import json
from typing import Any

import pytest

from experience_platform_api import handler, stores
from http_api import stores as shared
from tests.contract.experience_platform_api.events import Context, event


@pytest.fixture
def ask(control: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Answers a request: the status, and the body that was JSON."""
    for module in (stores, shared):
        monkeypatch.setattr(module, "table", lambda _: control)
    for name in ("CONTROL_TABLE", "ENDPOINTS_TABLE", "BUCKET"):
        monkeypatch.setenv(name, name.lower())

    def ask(method: str, resource: str, body: Any = None, **more: Any) -> tuple[int, Any]:
        context: Any = Context()
        answer = handler.handler(event(method, resource, body, **more), context)
        return answer["statusCode"], json.loads(answer["body"]) if answer["body"] else None

    return ask

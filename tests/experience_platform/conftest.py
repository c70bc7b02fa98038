"""An organisation's sandbox that is bound to an app, and a client with a token, over HTTP."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
import requests

from local.stack import LocalStack
from tests.experience_platform.exporting import Exporter
from tests.steps import Steps
from tests.workflow.customer import Customer

Answer = requests.Response


@dataclass(frozen=True)
class Place:
    """An organisation's sandbox, and a client that may call for it."""

    application_id: str
    organisation: str
    sandbox: str
    client_id: str

    def headers(self, token: str) -> dict[str, str]:
        """What every call of the client carries."""
        return {
            "Authorization": f"Bearer {token}",
            "x-api-key": self.client_id,
            "x-gw-ims-org-id": self.organisation,
            "x-sandbox-name": self.sandbox,
        }


@pytest.fixture
def place(stack: LocalStack, app_id: str) -> Place:
    """A new app, bound to an organisation that no other test knows."""
    made = Place(app_id, f"{uuid.uuid4().hex}@AdobeOrg", "prod", f"client-{uuid.uuid4().hex}")
    bind(stack, made)
    return made


def bind(stack: LocalStack, place: Place) -> None:
    """Bind the place's app to it."""
    binding = {
        "ImsOrgId": place.organisation,
        "SandboxName": place.sandbox,
        "ApiKeys": [place.client_id, "another"],
    }
    url = f"{stack.api_url}/v1/apps/{place.application_id}/platform"
    requests.put(url, json=binding, timeout=20).raise_for_status()


@pytest.fixture
def other_place(stack: LocalStack, pinpoint: Any, place: Place) -> Place:
    """Another sandbox of the same organisation, for the same client, bound to another app."""
    app = pinpoint.create_app(CreateApplicationRequest={"Name": "other"})["ApplicationResponse"]
    made = replace(place, application_id=app["Id"], sandbox="stage")
    bind(stack, made)
    return made


@pytest.fixture
def token(stack: LocalStack, place: Place) -> str:
    """A token of the place's client."""
    return stack.issuer.token(place.client_id)


@pytest.fixture
def ask(stack: LocalStack, place: Place, token: str) -> Callable[..., Answer]:
    """Sends a request as the place's client; a header that is None is left out."""

    def ask(method: str, path: str, body: Any = None, query: Any = None, **headers: str | None) -> Answer:
        changes = {name.replace("_", "-"): value for name, value in headers.items()}
        given = {**place.headers(token), **changes}
        present = {name: value for name, value in given.items() if value is not None}
        url = f"{stack.api_url}{path}"
        return requests.request(method, url, json=body, params=query, headers=present, timeout=20)

    return ask


@pytest.fixture
def exporter(stack: LocalStack, steps: Steps, ask: Callable[..., Answer], place: Place) -> Exporter:
    """Runs export jobs as the place's client."""
    return Exporter(stack, steps, ask, place.application_id)


@pytest.fixture
def customer(
    stack: LocalStack, steps: Steps, pinpoint: Any, customer_bucket: str, role_arn: str, place: Place
) -> Customer:
    """Fills the place's app as a customer of the other front api."""
    app = place.application_id
    return Customer(stack, steps, pinpoint, customer_bucket, role_arn, app, folder=f"of-{app}")

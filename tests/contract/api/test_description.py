"""What the service says of itself, wherever it is."""

import orjson
import pytest

from api import handler
from api.openapi.pinpoint import api_description
from api.routes import paths
from http_api.openapi.document import openapi_document
from infra.version import VERSION
from tests.contract.api.conftest import LongContext
from tests.contract.experience_platform_api.events import event

DEPLOYED = ("abcde12345.execute-api.eu-north-1.amazonaws.com", "/prod", {"X-Forwarded-Proto": "https"})
OWN_DOMAIN = ("jobs.example.org", "/crm", {"X-Forwarded-Proto": "https"})
LAPTOP = ("localhost:8080", "", {})


@pytest.fixture(params=[DEPLOYED, OWN_DOMAIN, LAPTOP], ids=["deployed", "own domain", "laptop"])
def get(request, monkeypatch):
    """The URL of a deployment, and what gets a resource of it."""
    host, base, headers = request.param
    monkeypatch.setenv("VERSION", VERSION)

    def get(resource):
        asked = event("GET", resource, headers=headers)
        asked["requestContext"] |= {"domainName": host, "path": f"{base}{resource}"}
        answer = handler.handler(asked, LongContext())
        assert answer["statusCode"] == 200
        return orjson.loads(answer["body"])

    return f"{'https' if headers else 'http'}://{host}{base}", get


def test_the_service_says_what_it_is_and_where_its_description_is(get):
    url, get = get
    found = get(paths.ROOT)
    assert (found["Service"], found["Version"]) == ("Segment Jobs", VERSION)
    assert found["OpenApi"] == f"{url}/openapi.json"


def test_the_description_is_that_of_make_openapi_with_the_deployment_as_its_server(get):
    url, get = get
    document = openapi_document(api_description(VERSION))
    assert get(paths.OPENAPI) == {**document, "servers": [{"url": url}]}

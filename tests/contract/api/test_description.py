"""What the service says of itself, wherever it is."""

import base64

import orjson
import pytest

from api import handler
from api.client_models.files import archive
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
    assert found["Clients"] == f"{url}/clients.zip"


def test_the_description_is_that_of_make_openapi_with_the_deployment_as_its_server(get):
    url, get = get
    document = openapi_document(api_description(VERSION))
    assert get(paths.OPENAPI) == {**document, "servers": [{"url": url}]}


def clients(*accepted):
    asked = event("GET", paths.CLIENTS, headers={})
    asked["multiValueHeaders"] = {"accept": list(accepted)} if accepted else None
    return handler.handler(asked, LongContext())


@pytest.mark.parametrize("accepted", ["application/zip", "Application/Zip;q=0.9, */*"])
def test_the_clients_files_are_bytes_for_who_asks_for_a_zip_first(accepted):
    answer = clients(accepted)
    assert (answer["statusCode"], answer["isBase64Encoded"]) == (200, True)
    assert answer["multiValueHeaders"]["Content-Type"] == ["application/zip"]
    assert base64.b64decode(answer["body"]) == archive()


@pytest.mark.parametrize(
    "accepted", [(), ("*/*",), ("text/html, application/zip",), ("application/zip", "*/*")]
)
def test_others_are_told_what_to_ask_for_since_api_gateway_would_hand_them_base64(accepted):
    answer = clients(*accepted)
    assert (answer["statusCode"], answer["isBase64Encoded"]) == (406, False)
    assert answer["multiValueHeaders"]["x-amzn-ErrorType"] == ["NotAcceptableException"]
    assert orjson.loads(answer["body"])["Message"] == (
        "Accept: /clients.zip is a zip, for requests whose first media type is application/zip"
    )


def test_a_body_that_says_it_is_a_zip_is_read_all_the_same():
    asked = event("POST", paths.APPS, headers={"Content-Type": "application/zip"})
    asked |= {"body": base64.b64encode(b'{"Name": 1}').decode(), "isBase64Encoded": True}
    answer = handler.handler(asked, LongContext())
    assert answer["statusCode"] == 400
    assert "Name" in orjson.loads(answer["body"])["Message"]

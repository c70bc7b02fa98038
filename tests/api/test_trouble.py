"""What happens when something inside fails: the client learns the request's id, the log nothing personal."""

import io
import json
import logging

import boto3
import pytest
from botocore.exceptions import ClientError

from api.handler import logger
from audience.apps.store import AppStore
from audience.endpoints.registered import RegisteredEndpoints
from audience.endpoints.store import EndpointStore
from audience.errors import TableThrottledError

SECRET = "jane@example.org"
MAIL = {"ChannelType": "EMAIL", "Address": SECRET}


@pytest.fixture
def fail(monkeypatch):
    """Makes a method of a store fail."""

    def fail(store, method, error):
        def failing(*_):
            raise error

        monkeypatch.setattr(store, method, failing)

    return fail


@pytest.fixture
def log(monkeypatch):
    """What the API writes to its log."""
    stream = io.StringIO()
    monkeypatch.setattr(logger._logger, "level", logging.DEBUG)
    monkeypatch.setattr(logger.registered_handler, "stream", stream)
    return stream


def test_an_unexpected_exception_is_a_500_that_leaks_nothing(http, app_id, fail):
    fail(EndpointStore, "merge", KeyError(SECRET))
    answer = http("PUT", f"/v1/apps/{app_id}/endpoints/{SECRET}", MAIL)
    assert (answer.status, answer.headers["x-amzn-ErrorType"]) == (500, "InternalServerErrorException")
    assert answer.json["RequestID"] == answer.headers["x-amzn-RequestId"]
    assert "KeyError" not in answer.json["Message"]
    assert SECRET not in answer.json["Message"]


def test_an_unexpected_exception_is_logged_with_its_place_and_its_request(http, app_id, fail, log):
    fail(EndpointStore, "merge", KeyError(SECRET))
    answer = http("PUT", f"/v1/apps/{app_id}/endpoints/{SECRET}", MAIL)
    line = json.loads(log.getvalue())
    assert line["request_id"] == answer.json["RequestID"]
    assert line["operation"] == "PUT /v1/apps/{application-id}/endpoints/{endpoint-id}"
    assert (line["level"], line["error"]) == ("ERROR", "KeyError")
    assert any("update_endpoint" in frame for frame in line["where"])


def test_nothing_personal_is_logged(http, app_id, fail, log):
    person = {**MAIL, "Attributes": {"name": ["Jane Secret"]}, "User": {"UserId": SECRET}}
    http("PUT", f"/v1/apps/{app_id}/endpoints/{SECRET}", person)
    http("PUT", f"/v1/apps/{app_id}/endpoints/{SECRET}", {"Address": SECRET})
    http("GET", f"/v1/apps/{app_id}/users/{SECRET}")
    fail(RegisteredEndpoints, "get", KeyError(SECRET))
    http("GET", f"/v1/apps/{app_id}/endpoints/{SECRET}")
    written = log.getvalue()
    assert "KeyError" in written
    assert "jane" not in written.lower()


@pytest.mark.parametrize(
    "error",
    [
        TableThrottledError("UpdateItem was refused 10 times"),
        ClientError({"Error": {"Code": "ProvisionedThroughputExceededException"}}, "UpdateItem"),
    ],
)
def test_a_busy_table_is_a_429(http, app_id, fail, error):
    fail(EndpointStore, "merge", error)
    answer = http("PUT", f"/v1/apps/{app_id}/endpoints/one", MAIL)
    assert (answer.status, answer.headers["x-amzn-ErrorType"]) == (429, "TooManyRequestsException")


def test_a_stock_client_tries_a_busy_service_again(stack, monkeypatch):
    found, tries = AppStore.page, []

    def busy_once(*arguments):
        tries.append(1)
        if len(tries) == 1:
            raise TableThrottledError("busy")
        return found(*arguments)

    monkeypatch.setattr(AppStore, "page", busy_once)
    patient = boto3.client("pinpoint", endpoint_url=stack.api_url)
    assert patient.get_apps()["ResponseMetadata"]["RetryAttempts"] == 1

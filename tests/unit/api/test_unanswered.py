"""Each operation of Pinpoint's model has a resource of its own, or is named with where it lives now."""

import re

import pytest

from api.handler import resolver
from api.openapi.pinpoint import pinpoint_model
from api.pinpoint_operations import OPERATIONS
from api.unanswered import UnansweredError, operation_at, refusal
from http_api.errors import NotFoundError
from local.pinpoint_operations import FILE, text

APP = "0" * 32
OURS = {(route.method, route.path) for route in resolver.routes}
PINPOINTS = {name: pinpoint_model().operation_model(name).http for name in pinpoint_model().operation_names}
OTHERS = [name for name, http in PINPOINTS.items() if (http["method"], http["requestUri"]) not in OURS]
NEVER_THERE = [name for name in OTHERS if re.fullmatch("(Get|Delete)(\\w+Channel|EventStream)", name)]


def place(name):
    """The method and a path of an operation."""
    http = PINPOINTS[name]
    return http["method"], re.sub(r"{[^}]+}", APP, http["requestUri"])


def test_the_table_of_operations_is_that_of_botocores_model():
    """Where this fails after an update of botocore: `python -m local.pinpoint_operations`."""
    assert FILE.read_text() == text()
    assert sorted(OPERATIONS.values()) == sorted(PINPOINTS)


@pytest.mark.parametrize("name", PINPOINTS)
def test_an_operation_is_known_by_its_method_and_path(name):
    method, path = place(name)
    assert operation_at(method, path) == operation_at(method, f"{path}/") == name


@pytest.mark.parametrize("name", sorted(set(OTHERS) - set(NEVER_THERE)))
def test_an_operation_that_is_not_answered_is_named_with_where_it_lives_and_what_comes_nearest(name):
    refused = refusal(*place(name))
    assert isinstance(refused, UnansweredError)
    assert (refused.status, refused.name) == (501, "NotImplementedException")
    told = re.fullmatch(
        rf"{name} is not answered here: .+\. (What comes nearest here: .+|Nothing here comes near it)\.",
        refused.message,
    )
    assert told


@pytest.mark.parametrize("name", NEVER_THERE)
def test_a_channel_or_an_event_stream_is_not_found_as_where_none_is_configured(name):
    refused = refusal(*place(name))
    assert isinstance(refused, NotFoundError)
    assert refused.message.startswith(f"{name}: this app has none.")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("SendMessages", "goes on at Amazon (AWS End User Messaging) under the same client name"),
        ("SendOTPMessage", "goes on at Amazon"),
        ("PhoneNumberValidate", "goes on at Amazon"),
        ("UpdateSmsChannel", "goes on at Amazon"),
        ("UpdateEmailChannel", "Amazon SES sends email"),
        ("CreateCampaign", "ended with Amazon Pinpoint on 2026-10-30"),
        ("ListJourneys", "CreateExportJob writes their endpoints"),
        ("PutEventStream", "PutEvents keeps events"),
    ],
)
def test_what_is_said_of_an_operation_is_true_of_its_kind(name, words):
    assert words in refusal(*place(name)).message


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1"),
        ("GET", "/favicon.ico"),
        ("PATCH", f"/v1/apps/{APP}/campaigns"),
        ("GET", "/v1/apps//channels"),
    ],
)
def test_what_never_was_an_operation_is_not_found(method, path):
    assert operation_at(method, path) is None
    refused = refusal(method, path)
    assert isinstance(refused, NotFoundError)
    assert refused.message == f"There is no such resource: {method} {path!r} is no operation of this API."

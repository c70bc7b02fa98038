"""What clients are told of exceptions, and what the log is told."""

import pytest
from botocore.exceptions import ClientError

from audience.endpoints.rows import RowInvalidError
from audience.errors import TableThrottledError
from audience.redaction import redact
from http_api.errors import ApiError, NotFoundError, api_error_for


def refused(code, message="a@example.org"):
    return ClientError({"Error": {"Code": code, "Message": message}}, "UpdateItem")


@pytest.mark.parametrize(
    ("error", "status", "name"),
    [
        (NotFoundError("x"), 404, "NotFoundException"),
        (RowInvalidError("Address", "is empty"), 400, "BadRequestException"),
        (TableThrottledError("x"), 429, "TooManyRequestsException"),
        (refused("ThrottlingException"), 429, "TooManyRequestsException"),
        (refused("ProvisionedThroughputExceededException"), 429, "TooManyRequestsException"),
        (refused("SlowDown"), 429, "TooManyRequestsException"),
        (
            refused("ValidationException", "Item size has exceeded the maximum allowed size"),
            413,
            "PayloadTooLargeException",
        ),
        (refused("ValidationException"), 500, "InternalServerErrorException"),
        (refused("AccessDeniedException"), 500, "InternalServerErrorException"),
        (KeyError("a@example.org"), 500, "InternalServerErrorException"),
    ],
)
def test_an_exception_is_told_by_name_and_code(error, status, name):
    found = api_error_for(error)
    assert (found.status, found.name) == (status, name)


@pytest.mark.parametrize("error", [KeyError("a@example.org"), refused("AccessDeniedException")])
def test_nothing_of_an_unexpected_exception_is_told(error):
    assert api_error_for(error).message == (
        "The service failed to answer this request. Quote the RequestID to its operator."
    )
    assert type(api_error_for(error)) is ApiError


def test_the_log_learns_where_an_exception_came_from_and_none_of_its_words():
    try:
        raise refused("AccessDeniedException")
    except ClientError as error:
        logged = redact(error)
    assert logged["error"] == "ClientError"
    assert logged["code"] == "AccessDeniedException"
    assert logged["where"][0].endswith(
        "test_the_log_learns_where_an_exception_came_from_and_none_of_its_words"
    )
    assert "a@example.org" not in str(logged)

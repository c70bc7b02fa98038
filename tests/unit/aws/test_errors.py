"""Which errors of AWS may be retried."""

import pytest
from botocore.exceptions import (
    ClientError,
    EndpointConnectionError,
    IncompleteReadError,
    ParamValidationError,
    ReadTimeoutError,
    ResponseStreamingError,
)
from botocore.parsers import ResponseParserError
from botocore.retries.standard import ThrottledRetryableChecker, TransientRetryableChecker

from audience.aws.dynamodb import _error_of
from audience.aws.errors import code_of, is_final, plain_message
from http_api.errors import TooManyRequestsError, api_error_for

SECRET = "wJalrXUtnFEMI"
THROTTLES = ThrottledRetryableChecker._THROTTLED_ERROR_CODES
TRANSIENT = TransientRetryableChecker._TRANSIENT_ERROR_CODES


def refused(code, status):
    response = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(response, "GetObject")


@pytest.mark.parametrize(
    "error",
    [
        refused("AccessDenied", 403),
        refused("NoSuchBucket", 404),
        refused("PermanentRedirect", 301),
        ClientError({"ResponseMetadata": {"HTTPStatusCode": 403}}, "AssumeRole"),
        ParamValidationError(report="Invalid bucket name"),
    ],
)
def test_errors_that_need_a_change_by_somebody_are_final(error):
    assert is_final(error)


@pytest.mark.parametrize(
    "error",
    [
        refused("InternalError", 500),
        refused("ServiceUnavailable", 503),
        refused("SlowDown", 503),
        refused("Throttling", 400),
        refused("RequestTimeout", 400),
        refused("429", 429),
        EndpointConnectionError(endpoint_url="https://s3"),
        ReadTimeoutError(endpoint_url="https://s3"),
        ResponseStreamingError(error="cut"),
        IncompleteReadError(actual_bytes=1, expected_bytes=2),
        ResponseParserError("cut"),
        *(refused(code, 400) for code in (*THROTTLES, *TRANSIENT)),
    ],
)
def test_network_errors_and_errors_of_aws_itself_are_transient(error):
    assert not is_final(error)


@pytest.mark.parametrize("code", THROTTLES)
def test_the_api_and_the_row_loop_know_every_throttle_that_botocore_knows(code):
    assert isinstance(api_error_for(refused(code, 400)), TooManyRequestsError)
    assert _error_of("UpdateItem", 400, {"__type": f"com.amazonaws.dynamodb#{code}"}) == (f"400 {code}", True)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ClientError({"Error": {"Code": "AccessDenied", "Message": SECRET}}, "PutObject"), "AccessDenied"),
        (ClientError({"Error": {"Code": f"<{SECRET}>", "Message": SECRET}}, "PutObject"), "without a code"),
        (ClientError({}, "PutObject"), "without a code"),
        (ResponseParserError(SECRET), "ResponseParserError"),
        (KeyError(SECRET), "KeyError"),
    ],
)
def test_a_message_has_operation_code_or_class_and_never_the_errors_text(error, words):
    assert words in plain_message(error)
    assert SECRET not in plain_message(error) + code_of(error)
    assert isinstance(error, ClientError) == ("PutObject" in plain_message(error))

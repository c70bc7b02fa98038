"""Which refusals of AWS are worth another try."""

import pytest
from botocore.exceptions import (
    ClientError,
    EndpointConnectionError,
    IncompleteReadError,
    ParamValidationError,
    ReadTimeoutError,
    ResponseStreamingError,
)

from audience.aws.refusals import is_final


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
def test_what_somebody_has_to_change_something_for_is_final(error):
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
    ],
)
def test_trouble_on_the_way_or_at_aws_may_be_over_the_next_time(error):
    assert not is_final(error)

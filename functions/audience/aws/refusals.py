"""What AWS says no to for good, and what may work the next time."""

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionError,  # noqa: A004 - botocore's own
    HTTPClientError,
    IncompleteReadError,
)

# https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html, and S3's own
# (https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html)
_TOO_FAST = frozenset(
    {
        "429",
        "RequestLimitExceeded",
        "RequestTimeout",
        "SlowDown",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
    }
)
_ON_THE_WAY = (HTTPClientError, ConnectionError, IncompleteReadError)


def is_final(error: ClientError | BotoCoreError) -> bool:
    """Whether asking again is in vain: AWS was reached, is well, has time, and refuses."""
    if isinstance(error, ClientError):
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        # What answers in place of AWS, a proxy say, may give no code.
        return status < 500 and error.response.get("Error", {}).get("Code") not in _TOO_FAST  # noqa: PLR2004
    return not isinstance(error, _ON_THE_WAY)

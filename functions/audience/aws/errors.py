"""What AWS refuses for good, and what may work the next time.

Either is told without AWS's own text.
"""

import re
import zlib
from gzip import BadGzipFile
from http.client import HTTPException

import orjson
from botocore.exceptions import (
    ChecksumError,
    ClientError,
    ConnectionError,  # noqa: A004 - botocore's own
    FlexibleChecksumError,
    HTTPClientError,
    IncompleteReadError,
    ParamValidationError,
)
from botocore.parsers import ResponseParserError
from botocore.retries.standard import RetryContext, ThrottledRetryableChecker, TransientRetryableChecker
from urllib3.exceptions import HTTPError

from audience.errors import PlainError, RetryableError

_TOO_FAST = ThrottledRetryableChecker()
_IN_TROUBLE = TransientRetryableChecker()
_TOO_MANY_REQUESTS = 429
_ON_THE_WAY = (
    ChecksumError,
    ConnectionError,
    FlexibleChecksumError,
    HTTPClientError,
    HTTPError,
    HTTPException,
    IncompleteReadError,
    ResponseParserError,
    ConnectionResetError,
    TimeoutError,
)
# What our own files come to whose bytes were cut on their way. A customer's file that is not sound is told where it is
# read (audience.sources.stream).
_CUT_FILE = (BadGzipFile, EOFError, orjson.JSONDecodeError, zlib.error)
_CODE = re.compile(r"[A-Za-z0-9.:_-]{1,100}")


def is_throttle(code: str) -> bool:
    """Return whether an AWS error's code says "too fast": one of those botocore itself waits for."""
    return bool(_TOO_FAST.is_retryable(RetryContext(1, parsed_response={"Error": {"Code": code}})))


def is_final(error: Exception) -> bool:
    """Return whether a retry cannot help: AWS was reached, is well, has time, and refuses."""
    return not is_transient(error)


def is_transient(error: Exception) -> bool:
    """Return whether it may work the next time.

    AWS is busy or in trouble, or something was cut on its way.
    """
    if not isinstance(error, ClientError):
        return isinstance(error, (RetryableError, *_ON_THE_WAY, *_CUT_FILE))
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    code = str(error.response.get("Error", {}).get("Code"))
    # What answers in place of AWS, a proxy say, may give no code; that of an answer without a body is its status.
    busy = _TOO_MANY_REQUESTS in {status, int(code) if code.isdecimal() else 0}
    trouble = _IN_TROUBLE.is_retryable(RetryContext(1, parsed_response=error.response))
    return bool(status >= 500 or busy or is_throttle(code) or trouble)  # noqa: PLR2004


def code_of(error: Exception) -> str:
    """Return the code of an AWS error, empty for another one.

    What is not the shape of a code is left out.
    """
    response = getattr(error, "response", None)
    refusal = response.get("Error") if isinstance(response, dict) else None
    code = str(refusal.get("Code", "")) if isinstance(refusal, dict) else ""
    return code if _CODE.fullmatch(code) else ""


def plain_message(error: Exception) -> str:
    """Return an error in our own words.

    Of AWS's refusals they are the code and the operation, of others' errors the class.
    """
    if isinstance(error, PlainError):
        return str(error)
    if isinstance(error, ParamValidationError):
        return "a value has a form that AWS does not take"
    if isinstance(error, ClientError):
        return f"AWS refused {error.operation_name}: {code_of(error) or 'without a code'}"
    return type(error).__name__


def is_forbidden(error: Exception) -> bool:
    """Return whether AWS answered 403.

    S3 does for what is not there, too, where the caller may not list.
    """
    response = getattr(error, "response", None) or {}
    return bool(response.get("ResponseMetadata", {}).get("HTTPStatusCode") == 403)  # noqa: PLR2004

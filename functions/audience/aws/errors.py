"""Errors of AWS: which of them a retry may help, and messages that do not quote AWS's own text."""

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

_THROTTLED = ThrottledRetryableChecker()
_TRANSIENT = TransientRetryableChecker()
_TOO_MANY_REQUESTS = 429
_NETWORK_ERRORS = (
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
# Errors of reading our own files when their bytes were truncated in transit. A damaged file of a customer is reported
# where it is read (audience.sources.stream).
_TRUNCATED_FILE = (BadGzipFile, EOFError, orjson.JSONDecodeError, zlib.error)
_CODE = re.compile(r"[A-Za-z0-9.:_-]{1,100}")


def is_throttle(code: str) -> bool:
    """Return whether an AWS error's code is one that botocore treats as throttling."""
    return bool(_THROTTLED.is_retryable(RetryContext(1, parsed_response={"Error": {"Code": code}})))


def is_final(error: Exception) -> bool:
    """Return whether a retry cannot help: AWS refuses, and is neither busy nor in error itself."""
    return not is_transient(error)


def is_transient(error: Exception) -> bool:
    """Return whether a retry may help: AWS is busy or has an error of its own, or the connection broke."""
    if not isinstance(error, ClientError):
        return isinstance(error, (RetryableError, *_NETWORK_ERRORS, *_TRUNCATED_FILE))
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    code = str(error.response.get("Error", {}).get("Code"))
    # A proxy that answers in place of AWS may give no code; botocore gives an answer without a body its status as code.
    busy = _TOO_MANY_REQUESTS in {status, int(code) if code.isdecimal() else 0}
    transient = _TRANSIENT.is_retryable(RetryContext(1, parsed_response=error.response))
    return bool(status >= 500 or busy or is_throttle(code) or transient)  # noqa: PLR2004


def code_of(error: Exception) -> str:
    """Return the code of an AWS error, or the empty string for other errors and malformed codes."""
    response = getattr(error, "response", None)
    details = response.get("Error") if isinstance(response, dict) else None
    code = str(details.get("Code", "")) if isinstance(details, dict) else ""
    return code if _CODE.fullmatch(code) else ""


def plain_message(error: Exception) -> str:
    """Return a message without foreign text: operation and code of an AWS error, the class of others."""
    if isinstance(error, PlainError):
        return str(error)
    if isinstance(error, ParamValidationError):
        return "a value has a form that AWS does not take"
    if isinstance(error, ClientError):
        return f"AWS refused {error.operation_name}: {code_of(error) or 'without a code'}"
    return type(error).__name__


def is_forbidden(error: Exception) -> bool:
    """Return whether AWS answered 403, as S3 also does for a missing object if the caller may not list."""
    response = getattr(error, "response", None) or {}
    return bool(response.get("ResponseMetadata", {}).get("HTTPStatusCode") == 403)  # noqa: PLR2004

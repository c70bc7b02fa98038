"""Redaction of exceptions, whose own text may quote an answer and is neither returned nor logged."""

import traceback
from typing import Any

from audience.aws.errors import code_of, is_transient, plain_message
from audience.errors import PermanentError, PlainError, TransientError, UnexpectedError


def plain_error(error: Exception) -> PlainError:
    """Return an exception that may leave a function: in our own words, without a cause or context.

    Returns:
        A PermanentError as it is; a TransientError if a retry may succeed; an UnexpectedError for any other error.
    """
    if isinstance(error, PermanentError):
        error.__cause__ = error.__context__ = None
        return error
    kind = TransientError if is_transient(error) else UnexpectedError
    return kind(plain_message(error))


def redact(error: Exception) -> dict[str, Any]:
    """Return an error's class, its AWS code and its traceback for the log.

    Its text is left out, because it may quote an address or an attribute.
    """
    frames = traceback.extract_tb(error.__traceback__)
    return {
        "error": type(error).__name__,
        "code": code_of(error) or None,
        "where": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
    }

"""What leaves a function of an exception, and what is logged of it.

Never its own text, which may quote an answer.
"""

import traceback
from typing import Any

from audience.aws.errors import code_of, is_transient, plain_message
from audience.errors import PermanentError, PlainError, TransientError, UnexpectedError


def plain_error(error: Exception) -> PlainError:
    """Return an exception as it may leave a function, in our own words.

    It comes without those it was raised from.

    Returns:
        A PermanentError as it is; a TransientError where it may work the next time; an UnexpectedError
        for what nobody foresaw.
    """
    if isinstance(error, PermanentError):
        error.__cause__ = error.__context__ = None
        return error
    kind = TransientError if is_transient(error) else UnexpectedError
    return kind(plain_message(error))


def redact(error: Exception) -> dict[str, Any]:
    """Return an error's class, an AWS error's code, and where it happened.

    Its words are left out: they may quote an address or an attribute.
    """
    frames = traceback.extract_tb(error.__traceback__)
    return {
        "error": type(error).__name__,
        "code": code_of(error) or None,
        "where": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
    }

"""Why a step failed, in words, from what Step Functions hands on."""

from collections.abc import Mapping

import orjson

MAX_REASON = 500


def reason_of(error: Mapping[str, str]) -> str:
    """Return a failed state's error output as one line for a person.

    Args:
        error: `Error`, a name, and `Cause`; for a Lambda the cause is JSON with `errorMessage`
            (https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html).
    """
    name = error.get("Error", "")
    cause = error.get("Cause", "") or ""
    try:
        told = orjson.loads(cause)
    except orjson.JSONDecodeError:
        told = None
    message = told.get("errorMessage") if isinstance(told, dict) else cause
    # The cause of an error that AWS names is AWS's text, and may quote what the function answered.
    text = "" if name.startswith(_OF_AWS) else " ".join(f"{message or ''}".split())
    plain = _IN_WORDS.get(name, name)
    return (f"{text} ({plain})" if text else plain)[:MAX_REASON] or "no reason was given"


# https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
_OF_AWS = ("Lambda.", "Runtime.", "Sandbox.", "States.")
_IN_WORDS = {
    "Lambda.TooManyRequestsException": "for hours none of the account's concurrent Lambdas was free",
    "Lambda.Unknown": "the worker was stopped from outside, or ran out of memory",
    "Runtime.ExitError": "the worker was stopped from outside, or ran out of memory",
    "Runtime.OutOfMemory": "the worker ran out of memory",
    "Sandbox.Timedout": "the worker ran into its time limit",
    "States.ItemReaderFailed": "the list of pieces could not be read",
    "States.ResultWriterFailed": "the results of the pieces could not be written",
    "States.Timeout": "the step ran into its time limit",
    "TransientError": "given up after many tries",
    "UnexpectedError": "an unexpected error, given up after several tries",
}

"""Why a step failed, in words, from what Step Functions hands on."""

from collections.abc import Mapping

import orjson

MAX_REASON = 500


def reason_of(error: Mapping[str, str]) -> str:
    """A failed state's error output as one line for a person.

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
    text = " ".join(f"{message or ''}".split())
    plain = _IN_WORDS.get(name, name)
    return (f"{text} ({plain})" if text else plain)[:MAX_REASON] or "no reason was given"


_IN_WORDS = {
    "Sandbox.Timedout": "the worker ran into its time limit",
    "States.Timeout": "the step ran into its time limit",
    "Lambda.Unknown": "the worker was stopped from outside, or ran out of memory",
}

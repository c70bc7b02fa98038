"""Requests that clients can safely send again: `Idempotency-Key` in the header (not in Pinpoint's API)."""

import re
from collections.abc import Callable

from aws_lambda_powertools.utilities.typing import LambdaContext

from audience.identifiers import new_id
from audience.jobs.model import JobKey, Kind
from http_api.call import Body, Call
from http_api.errors import BadRequestError

HEADER = "Idempotency-Key"
_KEY = re.compile(r"[!-~]{1,255}")


def once(
    call: Call, context: LambdaContext, application_id: str, kind: Kind, make: Callable[[Body, JobKey], Body]
) -> Body:
    """Make a job from the request's body; for a key that the app has used, answer what was answered then.

    Args:
        call: the request.
        context: tells how long the request may take.
        application_id: the app; each app has keys of its own, for each kind of job.
        kind: the kind of job that `make` makes.
        make: makes the job of that key that a body describes; what it raises is forgotten, not answered again.

    Raises:
        BadRequestError: the key is no key, or was used with another body.
        ConflictError: another request with the key is being answered.
    """
    body, key = call.body(), call.header(HEADER)
    if key is None:
        return make(body, JobKey(application_id, kind, new_id()))
    if not _KEY.fullmatch(key):
        raise BadRequestError(f"{HEADER}: {key[:100]!r} is not 1 to 255 visible ASCII characters")
    # Few requests have a key, and all cold starts would pay for this import.
    from api.idempotency import answer_of  # noqa: PLC0415

    return answer_of(context, application_id, kind, {"key": key, "body": body}, make)

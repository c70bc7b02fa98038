"""The entry point of all steps of a job: what a step is given, what it logs, and how it fails.

What leaves a step is seen by many: the state machine, its history, `Failures`, the log. So it is a PermanentError under
its own name, or a TransientError or an UnexpectedError, each in our own words; these names are all that the state
machines' Retry lists have to know of our code.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from audience.jobs.model import JobKey, Kind
from audience.redaction import plain_error, redact
from audience.settings import StorageSettings

logger = Logger()

Event = dict[str, Any]
Reply = dict[str, Any]
Handler = Callable[[Event, LambdaContext], Reply]


@dataclass(frozen=True)
class Step:
    """What every step of a job is given."""

    event: Event  # the input of the state
    key: JobKey
    storage: StorageSettings
    remaining_ms: Callable[[], int]  # until this function is stopped, in milliseconds

    def deadline(self) -> int:
        """Return this function's deadline, in seconds since 1970."""
        return deadline_of(self.remaining_ms(), time.time())


def step_of(kind: Kind) -> Callable[[Callable[[Step], Reply]], Handler]:
    """Build a Lambda handler of a step of the jobs of a kind, which its event names."""

    def decorate(work: Callable[[Step], Reply]) -> Handler:
        @entry_point
        @wraps(work)
        def handler(event: Event, context: LambdaContext) -> Reply:
            key = JobKey(event["application_id"], kind, event["job_id"])
            remaining = context.get_remaining_time_in_millis
            return work(Step(event, key, StorageSettings.from_env(), remaining))

        return handler

    return decorate


def entry_point(work: Handler) -> Handler:
    """Build a Lambda handler of `work`: with the job in its log keys, failing in our words alone.

    The handler raises:
        PermanentError: as `work` raised it.
        TransientError: it may work the next time.
        UnexpectedError: nobody foresaw it.
    """

    @wraps(work)
    def handler(event: Event, context: LambdaContext) -> Reply:
        logger.append_keys(**_log_keys(event))
        try:
            return work(event, context)
        except Exception as error:  # noqa: BLE001 - whatever it is, it leaves in our own words
            plain = plain_error(error)
            if plain is not error:
                logger.warning("step failed", told_as=type(plain).__name__, **redact(error))
        # Not in the except block: there the error would come along as the context, with its own text.
        raise plain

    logged: Handler = logger.inject_lambda_context(handler, clear_state=True)
    return logged


def _log_keys(event: Event) -> dict[str, Any]:
    """Return the log keys: the job, and the piece and the stage if the step has them."""
    keys: dict[str, Any] = {name: event[name] for name in ("job_id", "stage") if name in event}
    if "piece" in event:
        keys["piece"] = event["piece"]["index"]
    return keys


def deadline_of(remaining_ms: int, now: float) -> int:
    """Return an invocation's deadline from the time it has left, in seconds since 1970 like `now`."""
    return int(now + remaining_ms / 1000) + 1

"""Requests that clients can safely send again: `Idempotency-Key` in the header (not in Pinpoint's API).

Each key has one record, in the app's partition of the control table: it goes with the app, and after a day. The record
is written before the job is made and names the job, so that a request that died on the way is answered with that job.
Powertools' idempotency is not used: its record has no place for the job, and would need a second record beside it.
Its rules are kept: one request at a time, no other body, a request that failed leaves the key free.
"""

import hashlib
import re
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Any

import orjson
from aws_lambda_powertools.utilities.typing import LambdaContext

from api.job_creation import resume_job
from audience.aws.client_types import Table
from audience.aws.clients import table
from audience.aws.control_table import ControlTable
from audience.identifiers import new_id
from audience.jobs.model import JobKey, Kind
from audience.layout import control_table as layout
from http_api import stores
from http_api.call import Body, Call
from http_api.errors import BadRequestError, ConflictError
from http_api.operations import Parameter

HEADER = "Idempotency-Key"
IDEMPOTENCY_KEY = Parameter(
    HEADER, "the same key and body give the same job, for a day", pattern="^[!-~]{1,255}$"
)
DAY_S = 24 * 60 * 60
_KEY = re.compile(r"[!-~]{1,255}")

# Makes the job of that key that a body describes; returns the answer.
Make = Callable[[Body, JobKey], Body]


def once(call: Call, context: LambdaContext, application_id: str, kind: Kind, make: Make) -> Body:
    """Make a job from the request's body; for a key that the app has used, return the answer of then.

    Args:
        call: the request.
        context: tells how long the request may take.
        application_id: the app; each app has keys of its own, for each kind of job.
        kind: the kind of job that `make` makes.
        make: makes the job; what it raises is forgotten, not answered again.

    Raises:
        BadRequestError: the key is no key, or was used with another body.
        ConflictError: another request with the key is being answered.
    """
    body, key = call.body(), call.header(HEADER)
    if key is None:
        return make(body, JobKey(application_id, kind, new_id()))
    if not _KEY.fullmatch(key):
        raise BadRequestError(f"{HEADER}: {key[:100]!r} is not 1 to 255 visible ASCII characters")
    records = IdempotencyRecords(table(stores.settings().control_table), application_id, kind)
    return answer_once(records, key, body, context.get_remaining_time_in_millis(), make)


def answer_once(records: "IdempotencyRecords", key: str, body: Body, remaining_ms: int, make: Make) -> Body:
    """Return the answer that was kept for a key; where there is none, make the job and keep the answer.

    Args:
        records: the records of the app's keys for this kind of job.
        key: the client's key.
        body: the request's body.
        remaining_ms: how long this request lives at most; nobody else is answered before that.
        make: makes the job, unless a request that died has made it.

    Raises:
        BadRequestError: the key was used with another body.
        ConflictError: another request with the key is being answered.
    """
    record = records.reserve(key, digest_of(body), remaining_ms)
    if record.answer is not None:
        answer: Body = orjson.loads(record.answer)
        return answer
    job = JobKey(records.application_id, records.kind, record.job_id)
    try:
        answer = resume_job(job) or make(body, job)
    except Exception:
        # The key stays the job's where a job was made and may run yet, though its client is told of an error.
        if _may_run(job):
            records.release(key, record)
        else:
            records.forget(key, record)
        raise
    records.keep_answer(key, record, answer)
    return answer


def digest_of(body: Body) -> str:
    """Return the SHA-256 of a body, the same however the body was written.

    Raises:
        BadRequestError: it is nested deeper than any valid request.
    """
    try:
        content = orjson.dumps(body, option=orjson.OPT_SORT_KEYS)
    except orjson.JSONEncodeError:
        raise BadRequestError("The request's body is nested too deeply") from None
    return hashlib.sha256(content).hexdigest()


def _may_run(job: JobKey) -> bool:
    found = stores.jobs().find(job)
    return found is not None and found.status != "FAILED"


@dataclass(frozen=True)
class IdempotencyRecord:
    """What is known of a key. The fields are the item's attributes."""

    digest: str  # of the body that the key was used with
    job_id: str  # chosen before the job is made
    attempt: str  # the request that has the key for itself: an id of its own
    in_progress_expiration: int  # ms since 1970: until then that request may be alive
    expires_at: int  # s since 1970: the table removes the record then
    answer: str | None = None  # JSON; None until there is one


class IdempotencyRecords:
    """The keys of one kind of job of one app.

    Each write's condition knows the attempt that makes it, so that a write that is sent twice comes to the same.
    """

    def __init__(self, control_table: Table, application_id: str, kind: Kind) -> None:
        """Keep the control table (a boto3 Table) and whose keys these are."""
        self.application_id = application_id
        self.kind: Kind = kind
        self._control = ControlTable(control_table)

    def reserve(self, key: str, digest: str, remaining_ms: int) -> IdempotencyRecord:
        """Reserve a key for this request, unless it has its answer; return the key's record.

        Raises:
            BadRequestError: the key was used with another body.
            ConflictError: another request with the key is being answered.
        """
        now_ms = time.time_ns() // 1_000_000
        new = IdempotencyRecord(digest, new_id(), new_id(), now_ms + remaining_ms, now_ms // 1000 + DAY_S)
        kept = self._put_or_find(key, new, now_ms // 1000)
        if kept.digest != digest:
            raise BadRequestError(f"{HEADER}: {key!r} was used for a request with another body")
        if kept.answer is not None or kept.attempt == new.attempt:
            return kept
        taken = replace(new, job_id=kept.job_id)
        if kept.in_progress_expiration > now_ms or not self._take_over(key, kept, taken):
            raise ConflictError(f"{HEADER}: another request with {key!r} is being answered")
        return taken

    def keep_answer(self, key: str, record: IdempotencyRecord, answer: Body) -> None:
        """Keep the answer, for every later request with the key."""
        content = orjson.dumps(answer).decode()
        self._change(key, record, "SET answer = :answer", {":answer": content})

    def release(self, key: str, record: IdempotencyRecord) -> None:
        """Let the key be sent again at once; it stays the job's."""
        self._change(key, record, "SET in_progress_expiration = :none", {":none": 0})

    def forget(self, key: str, record: IdempotencyRecord) -> None:
        """Let the key be used anew: no job was made, or it was never started."""
        self._control.delete_if(self._at(key), "attempt = :attempt", {":attempt": record.attempt})

    def _put_or_find(self, key: str, new: IdempotencyRecord, now: int) -> IdempotencyRecord:
        free = "attribute_not_exists(pk) OR expires_at < :now OR attempt = :attempt"
        values = {":now": now, ":attempt": new.attempt}
        while not self._control.put_if(self._at(key), _item(new), free, values):
            kept = self._control.get(self._at(key))
            if kept is not None:  # or it was forgotten meanwhile
                return IdempotencyRecord(**kept)
        return new

    def _take_over(self, key: str, kept: IdempotencyRecord, taken: IdempotencyRecord) -> bool:
        """Take a key over from a request that died; return whether no other request did so before."""
        values = {":died": kept.attempt, ":attempt": taken.attempt}
        return self._control.put_if(self._at(key), _item(taken), "attempt IN (:died, :attempt)", values)

    def _change(self, key: str, record: IdempotencyRecord, update: str, values: dict[str, Any]) -> None:
        """Change the record while it is this request's; the app, and the record with it, may be gone."""
        values = {**values, ":attempt": record.attempt}
        self._control.update_if(self._at(key), update, "attempt = :attempt", values)

    def _at(self, key: str) -> layout.Key:
        return layout.IDEMPOTENCY_KEY.key(application_id=self.application_id, kind=self.kind, key=key)


def _item(record: IdempotencyRecord) -> dict[str, Any]:
    return {name: value for name, value in asdict(record).items() if value is not None}

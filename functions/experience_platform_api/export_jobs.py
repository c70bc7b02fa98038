"""Export jobs of an organisation's sandbox: made, found, listed."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from operator import itemgetter

import orjson

from audience.aws.pages import page_from
from audience.experience_platform.export_jobs import NumberedJob
from audience.identifiers import iso_date, new_id
from audience.jobs.factories import unlimited_creator_of
from audience.jobs.model import Job, JobKey
from audience.kinds import KINDS
from audience.profiles.definition import ProfileExportDefinition
from experience_platform_api import stores
from experience_platform_api.call import Call, Caller
from experience_platform_api.errors import InvalidRequestError
from experience_platform_api.export_response import response_of
from http_api.call import Body
from http_api.errors import NotFoundError
from http_api.stores import jobs, settings


def create(caller: Caller, definition: ProfileExportDefinition, body: Body, request_id: str) -> Job:
    """Record a new job and start it; return it.

    The record is the moment that counts: what fails before it has no effect, and whatever fails after it is made up
    for by the reconciler. So a client that is answered 429 or 5xx can create again.
    """
    created = time.time_ns() // 1_000_000
    key = JobKey(caller.application_id, "PROFILE_EXPORT", new_id(created))
    number = stores.numbered_jobs().next_number()
    stores.numbered_jobs().add(caller.organisation, caller.sandbox, NumberedJob(number, created, key))
    job = Job(
        key,
        iso_date(datetime.fromtimestamp(created / 1000, UTC)),
        definition.to_document(),
        number=number,
        organisation=caller.organisation,
        sandbox=caller.sandbox,
        request=orjson.dumps(body).decode(),
        request_id=request_id,
    )
    unlimited_creator_of(settings(), KINDS).create(job)
    return job


def found(call: Call) -> tuple[JobKey, Job]:
    """Return the job that the path names, with its key.

    Raises:
        NotFoundError: the organisation's sandbox has no such job.
    """
    caller, number = call.caller(), call.number("export-job-id")
    known = stores.numbered_jobs().find(caller.organisation, caller.sandbox, number)
    job = jobs().find(known.key) if known and known.key.application_id == caller.application_id else None
    if known is None or job is None:
        raise NotFoundError(f"export-job-id: there is no export job {number}")
    return known.key, job


def page(
    caller: Caller, limit: int, before: int | None, status: str | None
) -> tuple[list[tuple[NumberedJob, Body]], bool]:
    """Return a page of jobs as clients see them, newest first, and whether there are more."""
    return page_from(_shown(caller, limit + 1, before, status), limit, itemgetter(1))


def _shown(
    caller: Caller, portion: int, before: int | None, status: str | None
) -> Iterator[tuple[NumberedJob, Body]]:
    while True:
        some, more = stores.numbered_jobs().page(caller.organisation, caller.sandbox, portion, before)
        for known in some:
            job = jobs().find(known.key) if known.key.application_id == caller.application_id else None
            shown = response_of(job) if job else None
            if shown and status in (None, shown["status"]):
                yield known, shown
        if not more:
            return
        before = some[-1].number


def number_in(offset: str | None) -> int | None:
    """Return the number in an offset, `{creationTimeMs}_{id}`.

    Raises:
        InvalidRequestError: it is something else.
    """
    if offset is None:
        return None
    created, _, number = offset.partition("_")
    digits = created + number
    if not (created and number and digits.isascii() and digits.isdigit() and len(number) <= 18):  # noqa: PLR2004
        raise InvalidRequestError(
            f"offset: {offset[:100]!r} is not {{creationTimeMs}}_{{id}} of a page's last job"
        )
    return int(number)

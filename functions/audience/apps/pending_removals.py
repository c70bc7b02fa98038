"""The apps that are being removed, and their jobs that may still have workers.

Whoever writes for a job looks at its record first, and its function lives 15 minutes at most: what it writes comes no
later than that after the pass that removed the record. So an app stays listed until no pass has found anything for
longer.

Only one pass goes over an app at a time, and none over an app whose removal has ended: its id may be another app's by
then, which has the same keys.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple

from audience.aws.client_types import Table
from audience.aws.control_table import ControlTable, Item
from audience.identifiers import iso_date, new_id
from audience.jobs.status import TERMINAL
from audience.layout.control_table import PENDING_REMOVAL, REMOVED_JOB

# Lambda's 15 minutes (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html), and five of margin for
# clocks and for reads that are behind.
LATE_S = 20 * 60


class RemovedJob(NamedTuple):
    """A job of an app being removed, maybe without a record; `segment_id` is empty if it has none."""

    job_id: str
    segment_id: str


def add_pending_removal(table: Table, application_id: str, now: float) -> None:
    """List an app that is to be removed; `now` is in seconds since 1970."""
    item = {"stays_until": int(now) + LATE_S}
    ControlTable(table).put(PENDING_REMOVAL.key(application_id=application_id), item)


def list_pending_removals(table: Table) -> list[str]:
    """Return the ids of the apps that are to be removed."""
    return [item["sk"] for item in ControlTable(table).query(PENDING_REMOVAL.partition())]


def is_being_removed(table: Table, application_id: str) -> bool:
    """Return whether an app of that id was deleted, and something of it may still be there."""
    return ControlTable(table).get(PENDING_REMOVAL.key(application_id=application_id)) is not None


def begin_pass(table: Table, application_id: str, now: float) -> str | None:
    """Reserve an app for a pass over what it has, and return the pass's id.

    Args:
        table: the control table.
        application_id: the app.
        now: when the pass begins, in seconds since 1970; it is over LATE_S later at the latest.

    Returns:
        None where the removal has ended, or another pass is not over yet.
    """
    pass_id = new_id()
    reserved = ControlTable(table).update_if(
        PENDING_REMOVAL.key(application_id=application_id),
        "SET pass_id = :own, busy_until = :until",
        "attribute_exists(pk) AND (attribute_not_exists(busy_until) OR busy_until <= :now OR pass_id = :own)",
        {":own": pass_id, ":until": int(now) + LATE_S, ":now": int(now)},
    )
    return pass_id if reserved else None


def settle_pending_removal(
    table: Table, application_id: str, pass_id: str, *, clean: bool, now: float
) -> None:
    """End an app's removal, or keep the app listed for longer after a pass that found something.

    Args:
        table: the control table.
        application_id: the app.
        pass_id: the pass; if another one has begun since, nothing is changed.
        clean: whether the pass found nothing (more) to remove.
        now: when the pass began, in seconds since 1970.
    """
    control, key = ControlTable(table), PENDING_REMOVAL.key(application_id=application_id)
    pending = control.get(key)
    if pending is None or pending.get("pass_id") != pass_id:
        return
    own: dict[str, Any] = {":own": pass_id}
    if clean and pending["stays_until"] <= now:
        control.delete_all(control.keys(REMOVED_JOB.partition(application_id=application_id)))
        control.delete_if(key, "pass_id = :own", own)
        return
    stays = pending["stays_until"] if clean else int(now) + LATE_S
    values = {**own, ":stays": stays, ":none": 0}
    control.update_if(key, "SET stays_until = :stays, busy_until = :none", "pass_id = :own", values)


def record_removed_job(table: Table, application_id: str, job_id: str, job: Item, now: float) -> None:
    """List a job whose record is about to be removed, unless its workers are surely gone at `now`."""
    before = iso_date(datetime.fromtimestamp(now - LATE_S, UTC))
    if job["JobStatus"] in TERMINAL and job.get("CompletionDate", before) < before:
        return
    segment = {"segment_id": job["segment_id"]} if job.get("segment_id") else {}
    ControlTable(table).put(REMOVED_JOB.key(application_id=application_id, job_id=job_id), segment)


def removed_jobs(table: Table, application_id: str) -> Iterator[RemovedJob]:
    """Return the jobs of an app that were listed by passes before."""
    for item in ControlTable(table).query(REMOVED_JOB.partition(application_id=application_id)):
        yield RemovedJob(item["sk"], item.get("segment_id", ""))

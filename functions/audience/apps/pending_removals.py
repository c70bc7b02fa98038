"""The apps that are being removed, and their jobs that may still have workers.

Whoever writes for a job looks at its record first, and its function lives 15 minutes at most: what it writes comes no
later than that after the pass that removed the record. So an app stays listed until no pass has found anything for
longer.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from audience.aws.client_types import Table
from audience.aws.control_table import ControlTable, Item
from audience.identifiers import iso_date
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


def settle_pending_removal(table: Table, application_id: str, *, clean: bool, now: float) -> None:
    """End an app's removal, or keep the app listed for longer after a pass that found something.

    Args:
        table: the control table.
        application_id: the app.
        clean: whether the pass found nothing (more) to remove.
        now: when the pass began, in seconds since 1970.
    """
    if not clean:
        add_pending_removal(table, application_id, now)
        return
    control, key = ControlTable(table), PENDING_REMOVAL.key(application_id=application_id)
    pending = control.get(key) or {}
    if pending.get("stays_until", 0) > now:
        return
    control.delete_all(control.keys(REMOVED_JOB.partition(application_id=application_id)))
    control.delete(key)


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

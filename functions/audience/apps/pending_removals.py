"""Notes in the control table of apps being removed, and of their jobs that may still have workers.

Whoever writes for a job looks at its record first, and its function lives 15 minutes at most: what it writes comes no
later than that after the pass that removed the record. So a note stays until no pass has found anything for longer.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple

from audience.aws.items import query_all
from audience.identifiers import iso_date
from audience.jobs.model import Record
from audience.jobs.status import TERMINAL

PENDING_REMOVALS = "REMOVAL"
# Lambda's 15 minutes (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html), and five of margin for
# clocks and for reads that are behind.
LATE_S = 20 * 60


class RemovedJob(NamedTuple):
    """A job of an app being removed, maybe without a record; `segment_id` is empty if it has none."""

    job_id: str
    segment_id: str


def add_pending_removal(control: Any, application_id: str, now: float) -> None:
    """Note in the control table that an app is to be removed; `now` is in seconds since 1970."""
    control.put_item(Item={"pk": PENDING_REMOVALS, "sk": application_id, "stays_until": int(now) + LATE_S})


def list_pending_removals(control: Any) -> list[str]:
    """Return the ids of the apps that are to be removed."""
    return [item["sk"] for item in _partition(control, PENDING_REMOVALS)]


def settle_pending_removal(control: Any, application_id: str, *, clean: bool, now: float) -> None:
    """Keep the note for longer after a pass that found something, or remove it once it is old enough.

    Args:
        control: the control table (a boto3 Table).
        application_id: the app.
        clean: whether the pass found nothing (more) to remove.
        now: when the pass began, in seconds since 1970.
    """
    if not clean:
        add_pending_removal(control, application_id, now)
        return
    note = control.get_item(Key={"pk": PENDING_REMOVALS, "sk": application_id}, ConsistentRead=True).get(
        "Item", {}
    )
    if int(note.get("stays_until", 0)) > now:
        return
    with control.batch_writer() as batch:
        for trace in removed_jobs(control, application_id):
            batch.delete_item(Key={"pk": _removed_jobs_partition(application_id), "sk": trace.job_id})
    control.delete_item(Key={"pk": PENDING_REMOVALS, "sk": application_id})


def record_removed_job(control: Any, application_id: str, job_id: str, job: Record, now: float) -> None:
    """Note a job whose record is about to be removed, unless its workers are surely gone at `now`."""
    before = iso_date(datetime.fromtimestamp(now - LATE_S, UTC))
    if job["JobStatus"] in TERMINAL and job.get("CompletionDate", before) < before:
        return
    segment = {"segment_id": job["segment_id"]} if job.get("segment_id") else {}
    control.put_item(Item={"pk": _removed_jobs_partition(application_id), "sk": job_id, **segment})


def removed_jobs(control: Any, application_id: str) -> Iterator[RemovedJob]:
    """Return the jobs of an app that were noted by passes before."""
    for item in _partition(control, _removed_jobs_partition(application_id)):
        yield RemovedJob(item["sk"], item.get("segment_id", ""))


def _removed_jobs_partition(application_id: str) -> str:
    return f"{PENDING_REMOVALS}#{application_id}"


def _partition(control: Any, partition: str) -> Iterator[dict[str, Any]]:
    return query_all(
        control,
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": partition},
        ConsistentRead=True,
    )

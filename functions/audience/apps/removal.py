"""The removal of all that an app has: as much as time allows at once, the rest in later passes.

A note in the control table says that there is something to remove; it goes when passes find nothing more for longer
than a worker lives (audience.apps.pending_removals). What a worker that was writing when the app was deleted leaves
behind is found by the next pass, also that of a job whose record is gone.
"""

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from audience.apps.pending_removals import record_removed_job, removed_jobs
from audience.apps.store import PARTITION as APPS
from audience.aws.items import query_all
from audience.experience_platform.export_jobs import NumberedJobs
from audience.experience_platform.tenants import TenantStore
from audience.jobs.pieces import evaluation_of
from audience.layout.control_table import ACTIVE_JOB, segment_partition
from audience.layout.endpoints_table import WITH_EVENTS, events_partition, partitions

_BATCH = 100
# Where the service's bucket keeps an app's objects.
FOLDERS = ("work", "jobs", "segments", "uploads", "exports", "datasets")


def remove_some(
    control: Any,
    endpoints: Any,
    s3: Any,
    bucket: str,
    application_id: str,
    may_go_on: Callable[[], bool],
    now: float,
) -> bool:
    """Remove what the app has, one batch after another, for as long as `may_go_on` says so.

    Args:
        control: the control table (a boto3 Table).
        endpoints: the endpoints table (a boto3 Table).
        s3: a boto3 S3 client that may list and delete in the service's bucket.
        bucket: the service's bucket.
        application_id: the app.
        may_go_on: asked after each batch.
        now: seconds since 1970.

    Returns:
        True where there was nothing (more) to remove.
    """
    clean = True
    for _ in _removed(control, endpoints, s3, bucket, application_id, now):
        clean = False
        if not may_go_on():
            break
    return clean


def _removed(
    control: Any, endpoints: Any, s3: Any, bucket: str, application_id: str, now: float
) -> Iterator[int]:
    """Remove batch after batch, what others are found by last, and yield the size of each batch."""
    control.delete_item(Key={"pk": APPS, "sk": application_id})
    TenantStore(control).unbind(application_id)
    for partition in partitions(application_id):
        yield from _shard(endpoints, application_id, partition)
    for folder in FOLDERS:
        yield from _objects(s3, bucket, f"{folder}/{application_id}/")
    for left in removed_jobs(control, application_id):
        yield from _of_job(control, left.job_id)
        if left.segment_id:
            yield from _items(control, segment_partition(application_id, left.segment_id))
    for item in query_all(control, **_all_of(f"APP#{application_id}")):
        yield from _dependants(control, application_id, item, now)
    yield from _items(control, f"APP#{application_id}")


def _dependants(control: Any, application_id: str, item: dict[str, Any], now: float) -> Iterator[int]:
    """Remove what a job (pieces, number) or a segment (versions, links to its jobs) keeps elsewhere."""
    kind, _, name = item["sk"].partition("#")
    segment_id = name if kind == "SEGMENT" else item.get("segment_id")
    if kind in {"IMPORT", "EXPORT", "PROFILE_EXPORT"}:
        record_removed_job(control, application_id, name, item, now)
        yield from _of_job(control, name)
    if kind == "PROFILE_EXPORT":
        NumberedJobs(control).remove(item["organisation"], item["sandbox"], item["number"])
    if segment_id:
        yield from _items(control, segment_partition(application_id, segment_id))


def _of_job(control: Any, job_id: str) -> Iterator[int]:
    control.delete_item(Key=ACTIVE_JOB.key(job_id=job_id))
    for owner in (job_id, evaluation_of(job_id)):
        yield from _items(control, f"PIECES#{owner}")


def _shard(table: Any, application_id: str, partition: str) -> Iterator[int]:
    """Remove a shard's endpoints and users, and the events of a marker before the marker itself."""
    keys = _keys(table, partition)
    while some := list(islice(keys, _BATCH)):
        for key in some:
            if key["sk"].startswith(WITH_EVENTS):
                endpoint_id = key["sk"].removeprefix(WITH_EVENTS)
                yield from _items(table, events_partition(application_id, endpoint_id))
        yield _delete(table, some)


def _items(table: Any, partition: str) -> Iterator[int]:
    keys = _keys(table, partition)
    while some := list(islice(keys, _BATCH)):
        yield _delete(table, some)


def _delete(table: Any, keys: list[dict[str, Any]]) -> int:
    with table.batch_writer() as batch:
        for key in keys:
            batch.delete_item(Key=key)
    return len(keys)


def _keys(table: Any, partition: str) -> Iterator[dict[str, Any]]:
    return query_all(table, **_all_of(partition), ProjectionExpression="pk, sk")


def _all_of(partition: str) -> dict[str, Any]:
    return {"KeyConditionExpression": "pk = :pk", "ExpressionAttributeValues": {":pk": partition}}


def _objects(s3: Any, bucket: str, prefix: str) -> Iterator[int]:
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        keys = [{"Key": entry["Key"]} for entry in page.get("Contents", [])]
        if keys:
            s3.delete_objects(Bucket=bucket, Delete={"Objects": keys, "Quiet": True})
            yield len(keys)

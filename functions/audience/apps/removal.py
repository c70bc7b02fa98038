"""The removal of all that an app has: as much as the time allows at once, the rest whenever the sweep comes by.

A note in the control table says that there is something to remove; it goes when a pass finds nothing more. A
worker that was writing when the app was deleted may leave something behind: then the next pass finds it.
"""

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from audience.apps.store import PARTITION as APPS
from audience.aws.items import query_all
from audience.endpoints.keys import WITH_EVENTS, events_partition, partitions
from audience.jobs.active import ACTIVE
from audience.jobs.model import segment_jobs_partition
from audience.jobs.pieces import evaluation_of
from audience.platform.export_jobs import NumberedJobs
from audience.platform.tenants import TenantStore

NOTES = "REMOVAL"
_BATCH = 100
# Where the service's bucket keeps an app's objects.
FOLDERS = ("work", "jobs", "segments", "uploads", "exports", "datasets")


def note_removal(control: Any, application_id: str) -> None:
    """Note in the control table (a boto3 Table) that an app is to be removed."""
    control.put_item(Item={"pk": NOTES, "sk": application_id})


def forget_removal(control: Any, application_id: str) -> None:
    """Take back the note: nothing is left of the app."""
    control.delete_item(Key={"pk": NOTES, "sk": application_id})


def noted_removals(control: Any) -> list[str]:
    """The ids of the apps that are to be removed."""
    return [key["sk"] for key in _keys(control, NOTES)]


def remove_some(
    control: Any, endpoints: Any, s3: Any, bucket: str, application_id: str, may_go_on: Callable[[], bool]
) -> bool:
    """Remove what the app has, one batch after another, for as long as `may_go_on` says so.

    Args:
        control: the control table (a boto3 Table).
        endpoints: the endpoints table (a boto3 Table).
        s3: a boto3 S3 client that may list and delete in the service's bucket.
        bucket: the service's bucket.
        application_id: the app.
        may_go_on: asked after each batch.

    Returns:
        True where there was nothing (more) to remove: the note can go.
    """
    clean = True
    for _ in _removed(control, endpoints, s3, bucket, application_id):
        clean = False
        if not may_go_on():
            break
    return clean


def _removed(control: Any, endpoints: Any, s3: Any, bucket: str, application_id: str) -> Iterator[int]:
    """Remove batch after batch, what others are found by last; gives the size of each batch."""
    control.delete_item(Key={"pk": APPS, "sk": application_id})
    TenantStore(control).unbind(application_id)
    for partition in partitions(application_id):
        yield from _shard(endpoints, application_id, partition)
    for folder in FOLDERS:
        yield from _objects(s3, bucket, f"{folder}/{application_id}/")
    for item in query_all(control, **_all_of(f"APP#{application_id}")):
        yield from _dependants(control, application_id, item)
    yield from _items(control, f"APP#{application_id}")


def _dependants(control: Any, application_id: str, item: dict[str, Any]) -> Iterator[int]:
    """Remove what is kept elsewhere of a job (pieces, number) or a segment (versions, links to its jobs)."""
    kind, _, name = item["sk"].partition("#")
    segment_id = name if kind == "SEGMENT" else item.get("segment_id")
    if kind in {"IMPORT", "EXPORT", "PROFILE_EXPORT"}:
        control.delete_item(Key={"pk": ACTIVE, "sk": name})
        for owner in (name, evaluation_of(name)):
            yield from _items(control, f"PIECES#{owner}")
    if kind == "PROFILE_EXPORT":
        NumberedJobs(control).remove(item["organisation"], item["sandbox"], item["number"])
    if segment_id:
        yield from _items(control, segment_jobs_partition(application_id, segment_id))


def _shard(table: Any, application_id: str, partition: str) -> Iterator[int]:
    """Remove the endpoints and users of a shard, and the events that a marker tells of before the marker itself."""
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

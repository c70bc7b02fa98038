"""The removal of all that an app has: as much as time allows at once, the rest in later passes.

What there is to remove is said by audience.layout: the kinds of items, and the bucket's prefixes. The app is listed as
being removed until passes find nothing more for longer than a worker lives (audience.apps.pending_removals). What a
worker that was writing when the app was deleted leaves behind is found by the next pass, also that of a job whose
record is gone.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from audience.apps.pending_removals import record_removed_job, removed_jobs
from audience.aws.client_types import S3Client, Table
from audience.aws.control_table import ControlTable
from audience.aws.items import query_all
from audience.aws.objects import delete_objects, keys_below
from audience.experience_platform.tenants import TenantStore
from audience.jobs.pieces import evaluation_of
from audience.layout import bucket as layout
from audience.layout.control_table import (
    APP,
    JOB,
    OF_A_JOB,
    OF_A_SEGMENT,
    OF_AN_APP,
    PIECE,
    SEGMENT,
    ItemKind,
    Key,
    app_partition,
)
from audience.layout.endpoints_table import WITH_EVENTS, events_partition, partitions

_BATCH = 100


def remove_some(
    control: Table,
    endpoints: Table,
    s3: S3Client,
    bucket: str,
    application_id: str,
    may_go_on: Callable[[], bool],
    now: float,
) -> bool:
    """Remove what the app has, one batch after another, for as long as `may_go_on` says so.

    Args:
        control: the control table.
        endpoints: the endpoints table.
        s3: an S3 client that may list and delete in the service's bucket.
        bucket: the service's bucket.
        application_id: the app.
        may_go_on: asked after each batch.
        now: seconds since 1970.

    Returns:
        True where there was nothing (more) to remove.
    """
    clean = True
    for _ in _Removal(control, endpoints, s3, bucket, application_id, now).batches():
        clean = False
        if not may_go_on():
            break
    return clean


@dataclass(frozen=True)
class _Removal:
    """One pass over all that an app has."""

    table: Table  # the control table
    endpoints: Table
    s3: S3Client
    bucket: str
    application_id: str
    now: float

    def batches(self) -> Iterator[int]:
        """Remove batch after batch, what others are found by last, and yield the size of each batch."""
        ControlTable(self.table).delete(APP.key(application_id=self.application_id))
        TenantStore(self.table).unbind(self.application_id)
        for partition in partitions(self.application_id):
            yield from self._shard(partition)
        for prefix in layout.OF_AN_APP:
            yield from self._objects(layout.of_app(prefix, self.application_id))
        for job in removed_jobs(self.table, self.application_id):
            yield from self._of_job(job.job_id, {})
            if job.segment_id:
                yield from self._of_segment(job.segment_id)
        for item in ControlTable(self.table).query(app_partition(self.application_id)):
            yield from self._below(item)
        yield from self._items(OF_AN_APP, application_id=self.application_id)

    def _below(self, item: dict[str, Any]) -> Iterator[int]:
        """Remove what a job or a segment keeps elsewhere, by its item in the app's partition."""
        if job := JOB.values_of(item):
            record_removed_job(self.table, self.application_id, job["job_id"], item, self.now)
            yield from self._of_job(job["job_id"], item)
        segment = SEGMENT.values_of(item)
        segment_id = segment["segment_id"] if segment else item.get("segment_id")
        if segment_id:
            yield from self._of_segment(segment_id)

    def _of_job(self, job_id: str, record: dict[str, Any]) -> Iterator[int]:
        yield from self._items(OF_A_JOB, **{**record, "job_id": job_id, "owner": job_id})
        yield from self._items([PIECE], owner=evaluation_of(job_id))

    def _of_segment(self, segment_id: str) -> Iterator[int]:
        return self._items(OF_A_SEGMENT, application_id=self.application_id, segment_id=segment_id)

    def _items(self, kinds: Iterable[ItemKind], **values: Any) -> Iterator[int]:
        """Remove the items of some kinds that these values lead to.

        A kind whose partition is named by more values than are known has no item here: a job without a number, say.
        Where the values are enough for the partition but not for the sort key, all of the partition goes.
        """
        control, known = ControlTable(self.table), values.keys()
        found = [kind for kind in kinds if kind.partition_names <= known]
        whole = {kind.partition(**values) for kind in found if kind.partition_names and kind.names - known}
        for kind in found:
            if kind.names <= known and kind.partition(**values) not in whole:
                control.delete(kind.key(**values))
        for partition in whole:
            for some in _batched(control.keys(partition)):
                yield control.delete_all(some)

    def _shard(self, partition: str) -> Iterator[int]:
        """Remove a shard's endpoints and users, and the events of a marker before the marker itself."""
        for some in _batched(self._endpoint_keys(partition)):
            for key in some:
                if key["sk"].startswith(WITH_EVENTS):
                    endpoint_id = key["sk"].removeprefix(WITH_EVENTS)
                    events = self._endpoint_keys(events_partition(self.application_id, endpoint_id))
                    yield from map(self._delete, _batched(events))
            yield self._delete(some)

    def _endpoint_keys(self, partition: str) -> Iterator[Key]:
        return query_all(
            self.endpoints,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": partition},
            ProjectionExpression="pk, sk",
        )

    def _delete(self, keys: list[Key]) -> int:
        with self.endpoints.batch_writer() as batch:
            for key in keys:
                batch.delete_item(Key=key)
        return len(keys)

    def _objects(self, prefix: str) -> Iterator[int]:
        for keys in keys_below(self.s3, self.bucket, prefix):
            if keys:
                yield delete_objects(self.s3, self.bucket, keys)


def _batched(keys: Iterator[Key]) -> Iterator[list[Key]]:
    while some := list(islice(keys, _BATCH)):
        yield some

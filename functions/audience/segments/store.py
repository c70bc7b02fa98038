"""Segments and their versions in the control table.

A version never changes; the head is the newest one.
"""

from typing import Any

from botocore.exceptions import ClientError

from audience.aws.items import page_of, plain, query_all, storable
from audience.errors import PermanentError
from audience.layout.control_table import segment_partition as partition_of

Segment = dict[str, Any]
_NEWER = "Version < :version"
_NEW_OR_NEWER = f"attribute_not_exists(pk) OR {_NEWER}"


class SegmentMovedOnError(Exception):
    """The segment has another version than the one that a change was made from.

    The change has to be made again.
    """


class SegmentGoneError(PermanentError):
    """The segment that was to get another version has been deleted."""


class SegmentStore:
    """Reads and publishes segments: members of SegmentResponse, and below lower-case names what is ours.

    `members` (imported segments) is the manifest of the membership file, see audience.segments.members;
    `job_id` names the job that made the version.
    """

    def __init__(self, table: Any) -> None:
        """Keep the control table (a boto3 Table)."""
        self._table = table

    def find(self, application_id: str, segment_id: str, version: int | None = None) -> Segment | None:
        """Return the segment's newest version, or the one asked for; None where there is none."""
        key = self._head(application_id, segment_id)
        if version is not None:
            key = self._version(application_id, segment_id, version)
        item = self._table.get_item(Key=key, ConsistentRead=True).get("Item")
        return _segment(item) if item else None

    def page(self, application_id: str, limit: int, after: str | None) -> tuple[list[Segment], str | None]:
        """Return one page of an app's segments, newest first, and the sort key to go on after."""
        items, following = page_of(self._table, f"APP#{application_id}", "SEGMENT#", limit, after)
        return [_segment(item) for item in items], following

    def page_of_versions(
        self, application_id: str, segment_id: str, limit: int, after: str | None
    ) -> tuple[list[Segment], str | None]:
        """Return one page of a segment's versions, newest first, and the sort key to go on after."""
        partition = partition_of(application_id, segment_id)
        items, following = page_of(self._table, partition, "VERSION#", limit, after)
        return [_segment(item) for item in items], following

    def version_of_job(self, application_id: str, segment_id: str, job_id: str) -> Segment | None:
        """Return the version that a job made, however many were published after it.

        None where it made none.
        """
        versions = query_all(
            self._table,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :prefix)",
            FilterExpression="job_id = :job",
            ExpressionAttributeValues={
                ":pk": partition_of(application_id, segment_id),
                ":prefix": "VERSION#",
                ":job": job_id,
            },
            ScanIndexForward=False,
            ConsistentRead=True,
        )
        return next((_segment(item) for item in versions), None)

    def publish(
        self,
        application_id: str,
        segment_id: str,
        content: Segment,
        after: int | None = None,
        *,
        exists: bool = False,
    ) -> Segment:
        """Make `content` the segment's next version; the same `job_id` twice publishes once.

        Args:
            application_id: the app.
            segment_id: a new id, or that of a segment to go on from (its CreationDate is kept).
            content: the members of the version, without Id, ApplicationId and Version.
            after: the version that the content was made from, where it was made from one.
            exists: the segment is to be there already: one that was deleted meanwhile is not made anew.

        Returns:
            The published version.

        Raises:
            SegmentMovedOnError: the segment has another version than `after` by now.
            SegmentGoneError: the segment was deleted.
        """
        exists = exists or after is not None
        job_id = content.get("job_id")
        while True:
            head = self.find(application_id, segment_id)
            if head is None and exists:
                raise SegmentGoneError(f"the segment {segment_id} was deleted")
            if head and job_id and (own := self.version_of_job(application_id, segment_id, job_id)):
                self._lift(application_id, segment_id, own, exists=True)
                return own
            if after is not None and head and head["Version"] != after:
                raise SegmentMovedOnError(segment_id)
            version = head["Version"] + 1 if head else 1
            segment = {"Id": segment_id, "ApplicationId": application_id, **content, "Version": version}
            if head:
                segment["CreationDate"] = head["CreationDate"]
            taken = self._take(application_id, segment_id, segment)
            self._lift(application_id, segment_id, taken, exists=exists)
            if taken == segment or (job_id and taken.get("job_id") == job_id):
                return taken

    def delete(self, application_id: str, segment_id: str) -> Segment | None:
        """Remove the segment with all its versions, and return its newest one.

        None where there was none.
        """
        head = self.find(application_id, segment_id)
        self._table.delete_item(Key=self._head(application_id, segment_id))
        everything = query_all(
            self._table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": partition_of(application_id, segment_id)},
            ProjectionExpression="pk, sk",
        )
        with self._table.batch_writer() as batch:
            for item in everything:
                batch.delete_item(Key=item)
        return head

    def _take(self, application_id: str, segment_id: str, segment: Segment) -> Segment:
        """Store a version under its number; where another has that number, return the other."""
        key = self._version(application_id, segment_id, segment["Version"])
        segment = plain(storable(segment))
        try:
            self._table.put_item(
                Item={**key, **storable(segment)}, ConditionExpression="attribute_not_exists(pk)"
            )
        except ClientError as refused:
            _only_conditional(refused)
            return self.find(application_id, segment_id, segment["Version"]) or segment
        return segment

    def _lift(self, application_id: str, segment_id: str, segment: Segment, *, exists: bool) -> None:
        """Make a stored version the head, unless the head is that far already.

        Raises:
            SegmentGoneError: the segment, which is to exist, was deleted; nothing of the version stays behind.
        """
        try:
            self._table.put_item(
                Item={**self._head(application_id, segment_id), **storable(segment)},
                ConditionExpression=_NEWER if exists else _NEW_OR_NEWER,
                ExpressionAttributeValues={":version": segment["Version"]},
            )
        except ClientError as refused:
            _only_conditional(refused)
            if self.find(application_id, segment_id) is None:
                self._table.delete_item(Key=self._version(application_id, segment_id, segment["Version"]))
                raise SegmentGoneError(f"the segment {segment_id} was deleted") from None

    @staticmethod
    def _head(application_id: str, segment_id: str) -> dict[str, str]:
        return {"pk": f"APP#{application_id}", "sk": f"SEGMENT#{segment_id}"}

    @staticmethod
    def _version(application_id: str, segment_id: str, version: int) -> dict[str, str]:
        return {"pk": partition_of(application_id, segment_id), "sk": f"VERSION#{version:010d}"}


def _segment(item: dict[str, Any]) -> Segment:
    segment: Segment = plain(item)
    return {name: value for name, value in segment.items() if name not in {"pk", "sk"}}


def _only_conditional(refused: ClientError) -> None:
    """Raise the error unless it is a failed condition."""
    if refused.response["Error"]["Code"] != "ConditionalCheckFailedException":
        raise refused

"""Segments and their versions in the control table.

A version is stored under its number and never changes. A segment's own item, which listings read, is a copy of its
newest version.
"""

from audience.aws.client_types import Table
from audience.aws.control_table import ControlTable
from audience.aws.items import plain, storable
from audience.errors import PermanentError
from audience.layout.control_table import SEGMENT, SEGMENT_VERSION, Key, app_partition, segment_partition
from audience.segments.version import SegmentContent, SegmentVersion

_NEWER = "Version < :version"
_NEW_OR_NEWER = f"attribute_not_exists(pk) OR {_NEWER}"


class SegmentMovedOnError(Exception):
    """The segment has another version than the one that a change was made from.

    The change has to be made again.
    """


class SegmentExistsError(Exception):
    """A segment that was to be new is there already."""


class SegmentGoneError(PermanentError):
    """The segment that was to get another version has been deleted."""


class SegmentStore:
    """Reads and publishes the versions of segments."""

    def __init__(self, table: Table) -> None:
        """Keep the control table."""
        self._control = ControlTable(table)

    def find(self, application_id: str, segment_id: str, version: int | None = None) -> SegmentVersion | None:
        """Return the segment's newest version, or the one asked for; None where there is none."""
        key = _segment_key(application_id, segment_id)
        if version is not None:
            key = _version_key(application_id, segment_id, version)
        item = self._control.get(key)
        return SegmentVersion.from_item(item) if item else None

    def page(
        self, application_id: str, limit: int, after: str | None
    ) -> tuple[list[SegmentVersion], str | None]:
        """Return one page of an app's segments, newest first, and the sort key to go on after.

        Each segment is there as its newest version.
        """
        return self._page(app_partition(application_id), SEGMENT.prefix, limit, after)

    def page_of_versions(
        self, application_id: str, segment_id: str, limit: int, after: str | None
    ) -> tuple[list[SegmentVersion], str | None]:
        """Return one page of a segment's versions, newest first, and the sort key to go on after."""
        partition = segment_partition(application_id, segment_id)
        return self._page(partition, SEGMENT_VERSION.prefix, limit, after)

    def version_of_job(self, application_id: str, segment_id: str, job_id: str) -> SegmentVersion | None:
        """Return the version that a job made, however many were published after it.

        None where it made none.
        """
        versions = self._control.query(
            segment_partition(application_id, segment_id),
            SEGMENT_VERSION.prefix,
            FilterExpression="job_id = :job",
            ExpressionAttributeValues={":job": job_id},
            ScanIndexForward=False,
        )
        return next((SegmentVersion.from_item(item) for item in versions), None)

    def publish(
        self,
        application_id: str,
        segment_id: str,
        content: SegmentContent,
        after: int | None = None,
        *,
        exists: bool = False,
        new: bool = False,
    ) -> SegmentVersion:
        """Make `content` the segment's next version; the same `job_id` twice publishes once.

        Args:
            application_id: the app.
            segment_id: a new id, or that of a segment to go on from (its date of creation is kept).
            content: what the version says; that of a job leaves the segment's tags as they are.
            after: the version that the content was made from, where it was made from one.
            exists: the segment is to be there already: one that was deleted meanwhile is not made anew.
            new: the segment is not to be there already.

        Returns:
            The published version.

        Raises:
            SegmentMovedOnError: the segment has another version than `after` by now.
            SegmentGoneError: the segment was deleted.
            SegmentExistsError: the segment that was to be new is there.
        """
        exists = exists or after is not None
        job_id = content.job_id
        while True:
            newest = self.find(application_id, segment_id)
            if newest is None and exists:
                raise SegmentGoneError(f"the segment {segment_id} was deleted")
            if newest and job_id and (own := self.version_of_job(application_id, segment_id, job_id)):
                self._make_newest(own, exists=True)
                return own
            if new and newest:
                raise SegmentExistsError(segment_id)
            if after is not None and newest and newest.version != after:
                raise SegmentMovedOnError(segment_id)
            made = SegmentVersion.of(
                content,
                application_id=application_id,
                id=segment_id,
                version=newest.version + 1 if newest else 1,
                created=newest.created if newest else content.created,
                tags=((newest.tags if newest else None) or {}) if job_id else content.tags,
            )
            stored = self._store(made)
            self._make_newest(stored, exists=exists)
            if stored == made or (job_id and stored.job_id == job_id):
                return stored

    def delete(self, application_id: str, segment_id: str) -> SegmentVersion | None:
        """Remove the segment with all its versions, and return its newest one.

        None where there was none. What the segment is found by goes after its versions, so that a deletion that died
        can be sent again; a version that a job published meanwhile goes after that.
        """
        newest, partition = (
            self.find(application_id, segment_id),
            segment_partition(application_id, segment_id),
        )
        self._control.delete_all(self._control.keys(partition))
        self._control.delete(_segment_key(application_id, segment_id))
        self._control.delete_all(self._control.keys(partition))
        return newest

    def _page(
        self, partition: str, prefix: str, limit: int, after: str | None
    ) -> tuple[list[SegmentVersion], str | None]:
        items, following = self._control.page(partition, prefix, limit, after)
        return [SegmentVersion.from_item(item) for item in items], following

    def _store(self, version: SegmentVersion) -> SegmentVersion:
        """Store a version under its number; where another has that number, return the other."""
        key = _version_key(version.application_id, version.id, version.version)
        if self._control.put_if(key, version.to_item(), "attribute_not_exists(pk)"):
            return SegmentVersion.from_item(plain(storable(version.to_item())))
        return self.find(version.application_id, version.id, version.version) or version

    def _make_newest(self, version: SegmentVersion, *, exists: bool) -> None:
        """Make a stored version the segment's newest, unless that one is as new already.

        Raises:
            SegmentGoneError: the segment, which is to exist, was deleted; nothing of the version stays behind.
        """
        key = _segment_key(version.application_id, version.id)
        condition = _NEWER if exists else _NEW_OR_NEWER
        if self._control.put_if(key, version.to_item(), condition, {":version": version.version}):
            return
        if self.find(version.application_id, version.id) is None:
            self._control.delete(_version_key(version.application_id, version.id, version.version))
            raise SegmentGoneError(f"the segment {version.id} was deleted")


def _segment_key(application_id: str, segment_id: str) -> Key:
    return SEGMENT.key(application_id=application_id, segment_id=segment_id)


def _version_key(application_id: str, segment_id: str, version: int) -> Key:
    return SEGMENT_VERSION.key(application_id=application_id, segment_id=segment_id, version=version)

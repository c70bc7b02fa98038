"""Base segments while a dimensional segment is evaluated, one shard at a time."""

from collections.abc import Mapping
from datetime import datetime

from audience.aws.client_types import S3Client
from audience.errors import SegmentUnusableError
from audience.segments.groups import SegmentReference, WriteSegment, parse_segment
from audience.segments.matching import compile_segment
from audience.segments.members import members_of_shard
from audience.segments.predicates import Endpoint, Predicate
from audience.segments.store import SegmentStore
from audience.segments.version import SegmentVersion

# Deeper than anybody builds on purpose; a segment that is built on itself has no end.
MAX_DEPTH = 20


class ShardBases:
    """Says who is in any segment of an app, for the endpoints of one shard."""

    def __init__(
        self,
        store: SegmentStore,
        s3: S3Client,
        bucket: str,
        application_id: str,
        shard: int,
        now: datetime,
        newest: Mapping[str, int],
    ) -> None:
        """Keep where segments and their members are, the shard (0 to 63), and the evaluation's moment.

        `newest` (see newest_bases) says which versions unversioned references mean in this job.
        """
        self._store = store
        self._s3 = s3
        self._bucket = bucket
        self._application_id = application_id
        self._shard = shard
        self._now = now
        self._newest = newest
        self._predicates: dict[tuple[str, int | None], Predicate] = {}
        self._depth = 0

    def contains(self, reference: SegmentReference, endpoint: Endpoint) -> bool:
        """Return whether an endpoint of the shard is in the referenced segment.

        Raises:
            SegmentUnusableError: there is no such segment (any more), or it is built on itself.
        """
        key = (reference.id, reference.version)
        if key not in self._predicates:
            self._predicates[key] = self.predicate(self._segment(reference))
        if self._depth >= MAX_DEPTH:
            raise SegmentUnusableError(f"segment {reference.id} is built on itself")
        self._depth += 1
        try:
            return self._predicates[key](endpoint)
        finally:
            self._depth -= 1

    def predicate(self, segment: SegmentVersion) -> Predicate:
        """Return the predicate that an endpoint of the shard is in a segment."""
        if segment.members is not None:
            inside = members_of_shard(self._s3, self._bucket, segment.members, self._shard)
            names = {member.endpoint_id for member in inside}
            return lambda endpoint: endpoint["Id"] in names
        return compile_segment(written_segment(segment), self, self._now)

    def _segment(self, reference: SegmentReference) -> SegmentVersion:
        version = reference.version or self._newest.get(reference.id)
        found = self._store.find(self._application_id, reference.id, version)
        if found is None:
            raise SegmentUnusableError(f"there is no segment {reference.id} (version {reference.version})")
        return found


def newest_bases(store: SegmentStore, segment: SegmentVersion) -> dict[str, int]:
    """Return the newest versions, by id, of all segments that a segment references unversioned.

    Those that its bases are built on count as well. A job looks them up once, so that all its pieces see the same
    whatever is published while it runs.
    """
    newest: dict[str, int] = {}
    seen: set[tuple[str, int | None]] = set()
    waiting: list[SegmentVersion] = [segment]
    while waiting:
        for reference in _references(waiting.pop()):
            key = (reference.id, reference.version)
            if key in seen:
                continue
            seen.add(key)
            found = store.find(segment.application_id, *key)
            if found is None:  # the piece that comes to need it says so
                continue
            if reference.version is None:
                newest[reference.id] = found.version
            waiting.append(found)
    return newest


def _references(segment: SegmentVersion) -> list[SegmentReference]:
    if segment.is_imported:
        return []
    groups = written_segment(segment).segment_groups
    return [each for group in (groups and groups.groups) or [] for each in group.source_segments or []]


def written_segment(segment: SegmentVersion) -> WriteSegment:
    """Return the part of a dimensional segment that clients write."""
    shown = segment.shown()
    return parse_segment(
        {name: shown[name] for name in ("Name", "Dimensions", "SegmentGroups") if name in shown}
    )

"""What an export writes: an app's endpoints, an imported segment's members, or a dimensional one's."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from audience.aws.client_types import S3Client
from audience.endpoints.documents import Document
from audience.endpoints.scan import ShardScan
from audience.errors import SegmentUnusableError
from audience.exports.plan import Documents
from audience.segments.members import members_of_shard
from audience.segments.store import SegmentStore
from audience.segments.version import SegmentVersion
from audience.sharded.files import ShardManifest


@dataclass(frozen=True)
class Content:
    """Reads what an export writes.

    A dimensional segment is evaluated as of `now`; `newest` says which versions unversioned base segments mean in this
    job (audience.segments.bases.newest_bases).
    """

    scan: ShardScan
    segments: SegmentStore
    s3: S3Client
    bucket: str
    application_id: str
    now: datetime
    newest: Mapping[str, int]

    def of(self, segment_id: str | None, version: int | None) -> Documents:
        """Return what reads the documents of a segment's version, or of the whole app without a segment.

        Raises:
            SegmentUnusableError: the segment was deleted.
        """
        if segment_id is None:
            return self.scan.all_of
        segment = self.segments.find(self.application_id, segment_id, version)
        if segment is None:
            raise SegmentUnusableError(f"there is no segment {segment_id} (version {version})")
        if (manifest := segment.members) is not None:
            return lambda shard, after: self._imported(manifest, shard, after)
        return lambda shard, after: self._dimensional(segment, shard, after)

    def _imported(self, manifest: ShardManifest, shard: int, after: str) -> Iterator[Document]:
        inside = members_of_shard(self.s3, self.bucket, manifest, shard)
        wanted = (member for member in inside if member.endpoint_id > after)
        first = next(wanted, None)
        if first is None:
            return
        members = chain([first], wanted)
        if first.definition is not None:
            yield from (member.definition for member in members if member.definition)
        else:
            yield from self.scan.named(member.endpoint_id for member in members)

    def _dimensional(self, segment: SegmentVersion, shard: int, after: str) -> Iterator[Document]:
        from audience.segments.bases import ShardBases  # noqa: PLC0415 - pydantic: not for exports of whole apps

        bases = ShardBases(
            self.segments, self.s3, self.bucket, self.application_id, shard, self.now, self.newest
        )
        matches = bases.predicate(segment)
        yield from (document for document in self.scan.all_of(shard, after) if matches(document))

"""The memberships of profiles, read along with the profiles of a shard."""

from collections.abc import Iterator, Mapping

from audience.aws.client_types import S3Client
from audience.memberships.history import Membership
from audience.memberships.store import history_files
from audience.sharded.files import ShardManifest


class MembershipLookup:
    """Finds the memberships of a shard's profiles in the order of their names: each history is read once."""

    def __init__(self, s3: S3Client, bucket: str, manifests: Mapping[str, ShardManifest], shard: int) -> None:
        """Keep the histories by the segments' ids, and the shard (0 to 63)."""
        files = history_files(s3, bucket)
        self._rest: dict[str, Iterator[Membership]] = {}
        self._next: dict[str, Membership] = {}
        for segment_id, manifest in manifests.items():
            self._rest[segment_id] = files.read(manifest, shard)
            self._step(segment_id)

    def of(self, name: str) -> dict[str, Membership]:
        """Return the memberships of a profile by the segment's id; ask for names in ascending order."""
        found = {}
        for segment_id in list(self._next):
            while segment_id in self._next and self._next[segment_id].name < name:
                self._step(segment_id)
            if segment_id in self._next and self._next[segment_id].name == name:
                found[segment_id] = self._next[segment_id]
        return found

    def _step(self, segment_id: str) -> None:
        following = next(self._rest[segment_id], None)
        if following is None:
            del self._rest[segment_id]
            self._next.pop(segment_id, None)
        else:
            self._next[segment_id] = following

"""Which profiles a job exports, and into which of its batches. Pure decisions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from audience.memberships.history import Membership
from audience.profiles.model import Profile


@dataclass(frozen=True)
class SegmentFilter:
    """Members of a segment whose status is one of `statuses` (`realized`, `exited`)."""

    segment_id: str
    statuses: frozenset[str]


@dataclass(frozen=True)
class ProfileFilter:
    """What a profile must be to be exported; times are ms since 1970, None is no bound.

    `qualified_from` and `qualified_to` bound the time of the status that is asked for, both included. A profile must
    have been written after `ingested_after`, strictly.
    """

    segments: tuple[SegmentFilter, ...] = ()
    qualified_from: int | None = None
    qualified_to: int | None = None
    ingested_after: int | None = None

    def takes(self, profile: Profile) -> bool:
        """Return whether the profile is recent enough."""
        return self.ingested_after is None or profile.ingested > self.ingested_after

    def matching(self, memberships: Mapping[str, Membership]) -> list[int]:
        """Return the numbers, in the filter, of the segments that the profile is exported for."""
        return [
            number
            for number, wanted in enumerate(self.segments)
            if (found := memberships.get(wanted.segment_id)) is not None
            and self._fits(found, wanted.statuses)
        ]

    def _fits(self, found: Membership, statuses: Iterable[str]) -> bool:
        return (
            found.status in statuses
            and (self.qualified_from is None or found.since >= self.qualified_from)
            and (self.qualified_to is None or found.since <= self.qualified_to)
        )

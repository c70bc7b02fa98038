"""What one job exports of a profile: into which batches, and with what in the row. Pure decisions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

from audience.batches.columns import EVENTS, XdmRow
from audience.batches.selection import Selection
from audience.memberships.history import Membership
from audience.profiles.definition import ProfileExportDefinition
from audience.profiles.events import EventList
from audience.profiles.filters import ProfileFilter, SegmentFilter
from audience.profiles.merging import MergeRule
from audience.profiles.model import Fragment, IdentityGraph, Profile
from audience.profiles.rows import identities, identity_map, row_of


@dataclass(frozen=True)
class ProfileExport:
    """A job's Definition as the worker needs it.

    `batches` are the ids of the batches: one for all, or where `by_segment` one for each segment of the filter.
    """

    graph: IdentityGraph
    rule: MergeRule
    filter: ProfileFilter
    selection: Selection
    events: EventList | None
    empty_profiles: bool
    batches: tuple[str, ...]
    by_segment: bool

    @classmethod
    def of(cls, definition: ProfileExportDefinition) -> Self:
        """Read a job's Definition."""
        policy, events = definition.merge_policy, definition.event_list
        return cls(
            policy.identity_graph,
            MergeRule(policy.attribute_merge, policy.order),
            _filter(definition),
            Selection.parse(definition.fields),
            EventList.of(events) if events is not None else None,
            definition.empty_profiles,
            definition.batches,
            definition.segment_per_batch,
        )

    def ranked(self, profile: Profile) -> tuple[Fragment, ...] | None:
        """Return the profile's endpoints that count; None where the policy leaves no profile."""
        if not profile.fragments:
            return ()
        return self.rule.ranked(profile) or None

    def batches_of(self, profile: Profile, memberships: Mapping[str, Membership]) -> list[str]:
        """Return the batches that the profile goes into."""
        if not self.filter.takes(profile):
            return []
        if not self.filter.segments:
            return [self.batches[0]]
        matching = self.filter.matching(memberships)
        return (
            [self.batches[number] for number in matching]
            if self.by_segment
            else list(self.batches[: bool(matching)])
        )

    def row(
        self,
        profile: Profile,
        ranked: tuple[Fragment, ...],
        memberships: Mapping[str, Membership],
        events: Iterable[XdmRow],
    ) -> XdmRow:
        """Return the profile's row: the selected members and, where asked for, its events."""
        row = row_of(profile, ranked, memberships)
        if self.selection.names("identities"):
            row["identities"] = identities(row["identityMap"])
        selected: XdmRow = self.selection.of(row)
        return selected if self.events is None else {**selected, EVENTS: list(events)}

    @staticmethod
    def namespaces(profile: Profile, ranked: tuple[Fragment, ...]) -> list[str]:
        """Return the namespaces that the profile has an identity in, whatever is selected of it."""
        return list(identity_map(profile, ranked))


def _filter(definition: ProfileExportDefinition) -> ProfileFilter:
    segments = tuple(SegmentFilter(each.segment_id, frozenset(each.statuses)) for each in definition.segments)
    return ProfileFilter(
        segments, definition.qualified_from, definition.qualified_to, definition.ingested_after
    )

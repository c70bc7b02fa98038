"""What a profile export is to do: written by Experience Platform's API, read by the job's steps.

Times are ms since 1970; None is no bound.
"""

from dataclasses import dataclass
from typing import Literal, Self

from audience.batches.files import FileFormat
from audience.jobs.model import JsonObject


@dataclass(frozen=True)
class PolicyDefinition:
    """The merge policy as it was when the job was created (audience.experience_platform.merge_policies)."""

    id: str
    version: int
    identity_graph: Literal["none", "pdg"]
    attribute_merge: Literal["timestampOrdered", "dataSetPrecedence"]
    order: tuple[str, ...]

    def to_document(self) -> JsonObject:
        """Return the policy as it is stored."""
        return {
            "Id": self.id,
            "Version": self.version,
            "IdentityGraph": self.identity_graph,
            "AttributeMerge": self.attribute_merge,
            "Order": list(self.order),
        }

    @classmethod
    def from_document(cls, document: JsonObject) -> Self:
        """Read a policy as it is stored."""
        return cls(
            document["Id"],
            document["Version"],
            document["IdentityGraph"],
            document["AttributeMerge"],
            tuple(document["Order"]),
        )


@dataclass(frozen=True)
class EventListDefinition:
    """Which events of a profile are exported, by their time of ingestion, and which of their fields."""

    fields: str | None
    ingested_after: int | None
    ingested_before: int | None

    def to_document(self) -> JsonObject:
        """Return the part of the Definition."""
        return {
            "Fields": self.fields,
            "IngestedAfter": self.ingested_after,
            "IngestedBefore": self.ingested_before,
        }

    @classmethod
    def from_document(cls, document: JsonObject) -> Self:
        """Read the part of a Definition."""
        return cls(document["Fields"], document["IngestedAfter"], document["IngestedBefore"])


@dataclass(frozen=True)
class SegmentDefinition:
    """A segment of the filter, and the statuses (`realized`, `exited`) that are asked for."""

    segment_id: str
    statuses: tuple[str, ...]


@dataclass(frozen=True)
class ProfileExportDefinition:
    """The Definition of a profile export; `batches` has one id, or `segment_per_batch` one for each segment."""

    fields: str | None
    merge_policy: PolicyDefinition
    segments: tuple[SegmentDefinition, ...]
    qualified_from: int | None
    qualified_to: int | None
    ingested_after: int | None
    empty_profiles: bool
    event_list: EventListDefinition | None
    dataset_id: str
    format: FileFormat
    segment_per_batch: bool
    batches: tuple[str, ...]
    evaluate: bool  # whether segments are evaluated first
    memberships: bool  # whether rows tell of the segments that a profile is in

    def to_document(self) -> JsonObject:
        """Return the Definition as the job's record has it."""
        segments = [{"SegmentId": each.segment_id, "Statuses": [*each.statuses]} for each in self.segments]
        return {
            "Fields": self.fields,
            "MergePolicy": self.merge_policy.to_document(),
            "Segments": segments,
            "QualifiedFrom": self.qualified_from,
            "QualifiedTo": self.qualified_to,
            "IngestedAfter": self.ingested_after,
            "EmptyProfiles": self.empty_profiles,
            "EventList": self.event_list.to_document() if self.event_list else None,
            "DatasetId": self.dataset_id,
            "Format": self.format,
            "SegmentPerBatch": self.segment_per_batch,
            "Batches": list(self.batches),
            "Evaluate": self.evaluate,
            "Memberships": self.memberships,
        }

    @classmethod
    def from_document(cls, document: JsonObject) -> Self:
        """Read the Definition of a job."""
        events = document["EventList"]
        return cls(
            document["Fields"],
            PolicyDefinition.from_document(document["MergePolicy"]),
            tuple(
                SegmentDefinition(each["SegmentId"], (*each["Statuses"],)) for each in document["Segments"]
            ),
            document["QualifiedFrom"],
            document["QualifiedTo"],
            document["IngestedAfter"],
            document["EmptyProfiles"],
            EventListDefinition.from_document(events) if events is not None else None,
            document["DatasetId"],
            document["Format"],
            document["SegmentPerBatch"],
            tuple(document["Batches"]),
            document["Evaluate"],
            document["Memberships"],
        )

"""A version of a segment, and its item in the control table."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Self

from audience.sharded.files import ShardManifest

SegmentType = Literal["DIMENSIONAL", "IMPORT"]
# Attributes of the item by field: for clients those of the API's SegmentResponse.
_SHOWN = {
    "id": "Id",
    "application_id": "ApplicationId",
    "version": "Version",
    "name": "Name",
    "segment_type": "SegmentType",
    "created": "CreationDate",
    "modified": "LastModifiedDate",
    "tags": "tags",
    "dimensions": "Dimensions",
    "segment_groups": "SegmentGroups",
    "import_definition": "ImportDefinition",
}
_ATTRIBUTES = {**_SHOWN, "members": "members", "job_id": "job_id"}


@dataclass(frozen=True, kw_only=True)
class SegmentContent:
    """What a version of a segment says, before it has a number.

    `created` (of the segment) and `modified` (of the version) are ISO 8601 dates. A dimensional segment has
    `dimensions` or `segment_groups`, as WriteSegmentRequest has them. An imported one has an `import_definition` and
    `members`, the manifest of its membership file (audience.segments.members). `job_id` names the job that made the
    version, where a job did.
    """

    name: str
    segment_type: SegmentType
    created: str
    modified: str
    tags: dict[str, str] | None = None
    dimensions: dict[str, Any] | None = None
    segment_groups: dict[str, Any] | None = None
    import_definition: dict[str, Any] | None = None
    members: ShardManifest | None = None
    job_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class SegmentVersion(SegmentContent):
    """One version of a segment; it never changes. The first one's number is 1."""

    application_id: str
    id: str
    version: int

    @classmethod
    def of(cls, content: SegmentContent, **changes: Any) -> Self:
        """Return the version that has this content; `changes` are its ids, its number and what else differs."""
        return cls(**{**vars(content), **changes})

    @classmethod
    def from_item(cls, item: Mapping[str, Any]) -> Self:
        """Return the version that an item of the control table holds."""
        return cls(**{field: item[name] for field, name in _ATTRIBUTES.items() if name in item})

    def to_item(self) -> dict[str, Any]:
        """Return the version as an item of the control table, without its keys."""
        return self._members(_ATTRIBUTES)

    def shown(self) -> dict[str, Any]:
        """Return what clients see of it: the members of SegmentResponse, but for Arn."""
        return self._members(_SHOWN)

    @property
    def is_imported(self) -> bool:
        """Return whether its members were imported, instead of being found by criteria."""
        return self.segment_type == "IMPORT"

    @property
    def size(self) -> int:
        """Return how many members an imported segment has; 0 for any other."""
        return int((self.import_definition or {}).get("Size", 0))

    def _members(self, names: Mapping[str, str]) -> dict[str, Any]:
        found = {name: getattr(self, field) for field, name in names.items()}
        return {name: value for name, value in found.items() if value is not None}

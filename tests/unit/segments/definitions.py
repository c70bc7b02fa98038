"""Short forms for the segment definitions and endpoints that tests write."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from audience.segments.groups import SegmentReference, WriteSegment, parse_segment
from audience.segments.matching import matches

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


class Members:
    """Base segments by id: each contains the endpoints whose Ids it lists; what was asked for is noted."""

    def __init__(self, **ids: set[str]) -> None:
        self.ids = ids
        self.asked: list[tuple[str, int | None]] = []

    def contains(self, reference: SegmentReference, endpoint: Mapping[str, Any]) -> bool:
        self.asked.append((reference.id, reference.version))
        return endpoint["Id"] in self.ids[reference.id]


NO_BASES = Members()


def with_dimensions(**dimensions: Any) -> WriteSegment:
    return parse_segment({"Name": "a segment", "Dimensions": dimensions})


def with_groups(*groups: dict[str, Any], **include: str) -> WriteSegment:
    return parse_segment({"Name": "a segment", "SegmentGroups": {"Groups": list(groups), **include}})


def takes(dimensions: dict[str, Any], **endpoint: Any) -> bool:
    """Whether a segment of these dimensions takes the endpoint."""
    return matches(with_dimensions(**dimensions), endpoint, NO_BASES, NOW)

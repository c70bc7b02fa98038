"""Segments as `aws pinpoint get-segments` gave them, saved while there was a Pinpoint."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any


class UnusableSegmentsError(Exception):
    """The file of segments cannot be used; the message says what is wrong in it."""


@dataclass(frozen=True)
class SavedSegment:
    """One segment."""

    id: str
    name: str
    imported: bool
    definition: dict[str, Any] = field(
        default_factory=dict
    )  # of a dimensional one: Dimensions or SegmentGroups
    tags: dict[str, str] = field(default_factory=dict)
    size: int | None = None  # of an imported one, if it was saved
    channels: dict[str, int] | None = None  # likewise

    @property
    def bases(self) -> frozenset[str]:
        """Return the ids of the segments that its definition begins with."""
        groups = self.definition.get("SegmentGroups", {}).get("Groups", [])
        return frozenset(base["Id"] for group in groups for base in group.get("SourceSegments", []))


def read_segments(text: str) -> list[SavedSegment]:
    """Read what was saved: the answer of GetSegments, whole or only its Item; the newest version of each.

    Raises:
        UnusableSegmentsError: it is something else, or a segment lacks its Id, Name or SegmentType.
    """
    try:
        document = json.loads(text)
    except json.JSONDecodeError as wrong:
        raise UnusableSegmentsError(f"SEGMENTS: it is not JSON: {wrong}") from None
    items = _items(document)
    if not isinstance(items, list):
        raise UnusableSegmentsError(
            "SEGMENTS: it has no list of segments; save the answer of `aws pinpoint get-segments`"
        )
    newest: dict[str, Mapping[str, Any]] = {}
    for number, item in enumerate(items):
        _check(item, number)
        before = newest.get(item["Id"])
        if before is None or item.get("Version", 0) > before.get("Version", 0):
            newest[item["Id"]] = item
    return [_segment(item) for item in newest.values()]


def bases_first(segments: Iterable[SavedSegment]) -> list[SavedSegment]:
    """Return the segments in an order in which each comes after those that it begins with.

    Raises:
        UnusableSegmentsError: segments begin with each other in a circle.
    """
    left = {segment.id: segment for segment in segments}
    ordered: list[SavedSegment] = []
    while left:
        ready = [segment for segment in left.values() if not segment.bases & left.keys()]
        if not ready:
            names = ", ".join(sorted(segment.name for segment in left.values()))
            raise UnusableSegmentsError(f"SEGMENTS: these begin with each other in a circle: {names}")
        ordered += ready
        for segment in ready:
            del left[segment.id]
    return ordered


def _items(document: Any) -> Any:
    if isinstance(document, dict):
        document = document.get("SegmentsResponse", document)
    if isinstance(document, dict):
        document = document.get("Item")
    return document


def _check(item: Any, number: int) -> None:
    missing = [name for name in ("Id", "SegmentType") if not isinstance(item, dict) or not item.get(name)]
    if missing:
        raise UnusableSegmentsError(f"SEGMENTS: number {number + 1} of the list has no {missing[0]}")


def _segment(item: Mapping[str, Any]) -> SavedSegment:
    imported = item.get("ImportDefinition") or {}
    definition = {name: item[name] for name in ("SegmentGroups", "Dimensions") if item.get(name)}
    if len(definition) > 1:  # Pinpoint gives back both for a segment that was written with one of them
        del definition["Dimensions"]
    return SavedSegment(
        item["Id"],
        item.get("Name") or item["Id"],
        item["SegmentType"] == "IMPORT",
        definition,
        item.get("tags") or {},
        imported.get("Size"),
        imported.get("ChannelCounts"),
    )

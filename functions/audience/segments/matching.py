"""Who is in a dimensional segment: a definition compiled into one predicate over endpoints."""

from datetime import datetime
from typing import Protocol

from audience.segments.combine import combine
from audience.segments.compiling import compile_dimensions
from audience.segments.criteria import Endpoint, Predicate
from audience.segments.groups import SegmentGroup, SegmentGroupList, SegmentReference, WriteSegment


class BaseSegments(Protocol):
    """Answers for the segments that a segment is built on; how deep it looks is its own business."""

    def contains(self, reference: SegmentReference, endpoint: Endpoint) -> bool:
        """Return whether the endpoint is in the segment, imported or dimensional, of the reference."""


def matches(segment: WriteSegment, endpoint: Endpoint, bases: BaseSegments, now: datetime) -> bool:
    """Return whether one endpoint is in the segment; for many endpoints, compile the segment once."""
    return compile_segment(segment, bases, now)(endpoint)


def compile_segment(segment: WriteSegment, bases: BaseSegments, now: datetime) -> Predicate:
    """Turn a definition into a predicate over endpoints in the shape of the API's EndpointResponse.

    [C] A list without entries (groups, dimensions, base segments) sets no condition.

    Args:
        segment: the definition.
        bases: who is in the base segments; asked only where a group's dimensions hold.
        now: the moment that recency counts back from, with a time zone. One moment for a whole job, or
            a piece that runs twice may find others.
    """
    if segment.dimensions is not None:
        return compile_dimensions(segment.dimensions, now)
    together = segment.segment_groups or SegmentGroupList()
    return combine([_group(group, bases, now) for group in together.groups or []], together.include)


def _group(group: SegmentGroup, bases: BaseSegments, now: datetime) -> Predicate:
    narrowed = [compile_dimensions(each, now) for each in group.dimensions or []]
    sources = [_contained(reference, bases) for reference in group.source_segments or []]
    return combine([combine(narrowed, group.type), combine(sources, group.source_type)], "ALL")


def _contained(reference: SegmentReference, bases: BaseSegments) -> Predicate:
    return lambda endpoint: bases.contains(reference, endpoint)

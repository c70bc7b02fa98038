"""Who is in a dimensional segment: a definition compiled into one predicate over endpoints."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Protocol

from audience.segments.criteria import (
    attribute_criterion,
    metric_criterion,
    recently_active,
    set_criterion,
    within_range,
)
from audience.segments.dimensions import SegmentDemographics, SegmentDimensions, SegmentLocation
from audience.segments.groups import (
    Combination,
    SegmentGroup,
    SegmentGroupList,
    SegmentReference,
    WriteSegment,
)
from audience.segments.predicates import Endpoint, Predicate


class BaseSegments(Protocol):
    """Says who is in the segments that a segment is built on."""

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


def compile_dimensions(dimensions: SegmentDimensions, now: datetime) -> Predicate:
    """Build the predicate that all criteria hold; none at all hold of every endpoint.

    Args:
        dimensions: the criteria.
        now: the moment that recency counts back from, with a time zone.
    """
    return combine(list(_criteria(dimensions, now)), "ALL")


def _criteria(dimensions: SegmentDimensions, now: datetime) -> Iterator[Predicate]:
    for name, attribute in (dimensions.attributes or {}).items():
        yield attribute_criterion(_attribute(name), attribute)
    for name, attribute in (dimensions.user_attributes or {}).items():
        yield attribute_criterion(_user_attribute(name), attribute)
    for name, metric in (dimensions.metrics or {}).items():
        yield metric_criterion(name, metric)
    if dimensions.demographic:
        yield from _demographic(dimensions.demographic)
    if dimensions.location:
        yield from _location(dimensions.location)
    if dimensions.behavior and dimensions.behavior.recency:
        yield recently_active(dimensions.behavior.recency, now)


def _demographic(wanted: SegmentDemographics) -> Iterator[Predicate]:
    criteria = (("AppVersion", wanted.app_version), ("Make", wanted.make), ("Model", wanted.model))
    for member, criterion in criteria:
        if criterion:
            read = _member("Demographic", member)
            yield set_criterion(read, frozenset(criterion.values), criterion.dimension_type)
    # [C] Endpoints have no device type; what callers ask of it (ios, android) is what Platform holds.
    for criterion in (wanted.device_type, wanted.platform):
        if criterion:
            yield set_criterion(_platform, _codes(criterion.values), criterion.dimension_type)
    if wanted.channel:
        yield set_criterion(_channel, _codes(wanted.channel.values), wanted.channel.dimension_type)


def _location(wanted: SegmentLocation) -> Iterator[Predicate]:
    if wanted.country:
        yield set_criterion(_country, _codes(wanted.country.values), wanted.country.dimension_type)
    if wanted.gps_point:
        yield within_range(wanted.gps_point)


def _codes(values: Sequence[str]) -> frozenset[str]:
    """Return the codes in upper case.

    [C] Channels, countries and platforms are codes: their case does not matter.
    """
    return frozenset(value.upper() for value in values)


def _attribute(name: str) -> Callable[[Endpoint], Sequence[str]]:
    return lambda endpoint: (endpoint.get("Attributes") or {}).get(name) or ()


def _user_attribute(name: str) -> Callable[[Endpoint], Sequence[str]]:
    return lambda endpoint: ((endpoint.get("User") or {}).get("UserAttributes") or {}).get(name) or ()


def _member(structure: str, member: str) -> Callable[[Endpoint], str | None]:
    return lambda endpoint: (endpoint.get(structure) or {}).get(member)


def _platform(endpoint: Endpoint) -> str | None:
    platform = (endpoint.get("Demographic") or {}).get("Platform")
    return platform.upper() if platform else None


def _channel(endpoint: Endpoint) -> str:
    return (endpoint.get("ChannelType") or "").upper()


def _country(endpoint: Endpoint) -> str:
    return ((endpoint.get("Location") or {}).get("Country") or "").upper()


def combine(conditions: Sequence[Predicate], combination: Combination | None) -> Predicate:
    """Build one condition out of several.

    [C] No conditions hold of every endpoint; a combination left out is ALL.
    """
    if not conditions:
        return _of_every_endpoint
    match combination:
        case "ANY":
            return lambda endpoint: any(holds(endpoint) for holds in conditions)
        case "NONE":
            return lambda endpoint: not any(holds(endpoint) for holds in conditions)
        case _ if len(conditions) == 1:
            return conditions[0]
        case _:
            return lambda endpoint: all(holds(endpoint) for holds in conditions)


def _of_every_endpoint(_: Endpoint) -> bool:
    return True

"""A SegmentDimensions as one predicate: which member of an endpoint each criterion reads."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from audience.segments.combine import combine
from audience.segments.criteria import (
    Endpoint,
    Predicate,
    attribute_criterion,
    metric_criterion,
    recently_active,
    set_criterion,
    within_range,
)
from audience.segments.dimensions import SegmentDemographics, SegmentDimensions, SegmentLocation


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
    criteria = (
        ("AppVersion", wanted.app_version),
        # [C] Endpoints have no device type; what callers ask of it (ios, android) is what Platform holds.
        ("Platform", wanted.device_type),
        ("Make", wanted.make),
        ("Model", wanted.model),
        ("Platform", wanted.platform),
    )
    for member, criterion in criteria:
        if criterion:
            read = _member("Demographic", member)
            yield set_criterion(read, frozenset(criterion.values), criterion.dimension_type)
    if wanted.channel:
        yield set_criterion(_channel, _codes(wanted.channel.values), wanted.channel.dimension_type)


def _location(wanted: SegmentLocation) -> Iterator[Predicate]:
    if wanted.country:
        yield set_criterion(_country, _codes(wanted.country.values), wanted.country.dimension_type)
    if wanted.gps_point:
        yield within_range(wanted.gps_point)


def _codes(values: Sequence[str]) -> frozenset[str]:
    """Return the codes in upper case.

    [C] Channels and countries are codes: their case does not matter.
    """
    return frozenset(value.upper() for value in values)


def _attribute(name: str) -> Callable[[Endpoint], Sequence[str]]:
    return lambda endpoint: (endpoint.get("Attributes") or {}).get(name) or ()


def _user_attribute(name: str) -> Callable[[Endpoint], Sequence[str]]:
    return lambda endpoint: ((endpoint.get("User") or {}).get("UserAttributes") or {}).get(name) or ()


def _member(structure: str, member: str) -> Callable[[Endpoint], str | None]:
    return lambda endpoint: (endpoint.get(structure) or {}).get(member)


def _channel(endpoint: Endpoint) -> str:
    return (endpoint.get("ChannelType") or "").upper()


def _country(endpoint: Endpoint) -> str:
    return ((endpoint.get("Location") or {}).get("Country") or "").upper()

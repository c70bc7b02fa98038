"""Single criteria as predicates over endpoints.

Dates, sets and the globe are worked out once, not once an endpoint. Where AWS does not say how a criterion
reads an endpoint, the choice made here is marked [C].
"""

import operator
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from audience.segments.dates import parse_moment
from audience.segments.dimensions import (
    AttributeDimension,
    DimensionType,
    GPSPointDimension,
    MetricDimension,
    RecencyDimension,
)
from audience.segments.geography import distance_from
from audience.segments.predicates import Endpoint, Predicate

COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "EQUAL": operator.eq,
    "GREATER_THAN": operator.gt,
    "LESS_THAN": operator.lt,
    "GREATER_THAN_OR_EQUAL": operator.ge,
    "LESS_THAN_OR_EQUAL": operator.le,
}
# The criterion's dates are alternatives, but the two of BETWEEN are its ends, both included [C]. ON ignores the time.
DATE_TESTS: dict[str, Callable[[datetime, Sequence[datetime]], bool]] = {
    "BEFORE": lambda moment, dates: moment < max(dates),
    "AFTER": lambda moment, dates: moment > min(dates),
    "ON": lambda moment, dates: any(moment.date() == each.date() for each in dates),
    "BETWEEN": lambda moment, dates: dates[0] <= moment <= dates[1],
}
DURATIONS = {
    "HR_24": timedelta(hours=24),
    "DAY_7": timedelta(days=7),
    "DAY_14": timedelta(days=14),
    "DAY_30": timedelta(days=30),
}


def attribute_criterion(read: Callable[[Endpoint], Sequence[str]], wanted: AttributeDimension) -> Predicate:
    """Build the predicate that the attribute's values, as `read` finds them, are as wanted.

    [C] One of an attribute's values is enough, but EXCLUSIVE wants none of them and so holds where the
    attribute is absent; no AttributeType means INCLUSIVE; case matters (AWS says so of CONTAINS).
    """
    texts = frozenset(wanted.values)
    match wanted.attribute_type:
        case None | "INCLUSIVE":
            return lambda endpoint: not texts.isdisjoint(read(endpoint))
        case "EXCLUSIVE":
            return lambda endpoint: texts.isdisjoint(read(endpoint))
        case "CONTAINS":
            return lambda endpoint: any(text in value for value in read(endpoint) for text in texts)
        case date_operator:
            is_wanted = _date_test(date_operator, wanted.values)
            return lambda endpoint: any(map(is_wanted, read(endpoint)))


def _date_test(date_operator: str, values: Sequence[str]) -> Callable[[str], bool]:
    """Build the test that a text names a moment as wanted; one that names none never does [C]."""
    test = DATE_TESTS[date_operator]
    dates = [moment for moment in map(parse_moment, values) if moment]

    def holds(text: str) -> bool:
        moment = parse_moment(text)
        return moment is not None and test(moment, dates)

    return holds


def metric_criterion(name: str, wanted: MetricDimension) -> Predicate:
    """Build the predicate that the metric compares as wanted; an absent one never does [C]."""
    compare = COMPARISONS[wanted.comparison_operator]

    def holds(endpoint: Endpoint) -> bool:
        value = (endpoint.get("Metrics") or {}).get(name)
        return value is not None and compare(value, wanted.value)

    return holds


def set_criterion(
    read: Callable[[Endpoint], str | None], values: frozenset[str], kind: DimensionType | None
) -> Predicate:
    """Build the predicate that the text `read` finds is one of the values, or none (EXCLUSIVE).

    [C] No DimensionType means INCLUSIVE; an absent member matches EXCLUSIVE alone.
    """
    if kind == "EXCLUSIVE":
        return lambda endpoint: read(endpoint) not in values
    return lambda endpoint: read(endpoint) in values


def within_range(wanted: GPSPointDimension) -> Predicate:
    """Build the predicate that the endpoint is in the circle, its edge included [C].

    One without coordinates is not.
    """
    distance = distance_from(wanted.coordinates.latitude, wanted.coordinates.longitude)

    def holds(endpoint: Endpoint) -> bool:
        location = endpoint.get("Location") or {}
        latitude, longitude = location.get("Latitude"), location.get("Longitude")
        if latitude is None or longitude is None:
            return False
        return distance(latitude, longitude) <= wanted.range_in_kilometers

    return holds


def recently_active(wanted: RecencyDimension, now: datetime) -> Predicate:
    """Build the predicate that the endpoint was active lately (ACTIVE), or was not (INACTIVE).

    Lately is within the duration before `now`.

    [C] EffectiveDate, when the endpoint was last updated, stands for its last activity; the duration's first
    moment counts, and so does what lies after `now`; without a readable date an endpoint is inactive.
    """
    since = now - DURATIONS[wanted.duration]
    active = wanted.recency_type == "ACTIVE"

    def holds(endpoint: Endpoint) -> bool:
        last = parse_moment(endpoint.get("EffectiveDate") or "")
        return (last is not None and last >= since) == active

    return holds

"""The rules of segments once more, written from the contract over plain JSON: slow, and sharing no code.

Moments are looked up in a table instead of being parsed; distances are measured along chords.
"""

from math import asin, cos, dist, radians, sin

# Text to hours since 2026-11-01T00:00Z; NOW in definitions.py is hour 564.
HOURS = {
    "2026-11-01": 0,
    "2026-11-10T12:00:00.000Z": 228,
    "2026-11-17T13:00:00+01:00": 396,
    "2026-11-23T11:00:00Z": 539,
    "2026-11-23T12:00:00": 540,
    "2026-11-24T00:30:00+01:00": 551.5,
    "2026-11-24": 552,
    "2026-11-25": 576,
}
NOW_HOUR = 564


def in_segment(body, endpoint, base_ids):
    if "Dimensions" in body:
        return all_hold(body["Dimensions"], endpoint)
    groups = body["SegmentGroups"]
    results = [in_group(group, endpoint, base_ids) for group in groups["Groups"]]
    return join(results, groups.get("Include"))


def in_group(group, endpoint, base_ids):
    dimensions = [all_hold(each, endpoint) for each in group.get("Dimensions", [])]
    sources = [endpoint["Id"] in base_ids[each["Id"]] for each in group.get("SourceSegments", [])]
    return join(dimensions, group.get("Type")) and join(sources, group.get("SourceType"))


def join(results, combination):
    if not results:
        return True
    count = results.count(True)
    return {"ANY": count > 0, "NONE": count == 0}.get(combination, count == len(results))


def all_hold(dimensions, endpoint):
    results = []
    for name, wanted in dimensions.get("Attributes", {}).items():
        results.append(attribute(wanted, endpoint.get("Attributes", {}).get(name, [])))
    for name, wanted in dimensions.get("UserAttributes", {}).items():
        user = endpoint.get("User", {})
        results.append(attribute(wanted, user.get("UserAttributes", {}).get(name, [])))
    for name, wanted in dimensions.get("Metrics", {}).items():
        results.append(metric(wanted, endpoint.get("Metrics", {}).get(name)))
    for name, wanted in dimensions.get("Demographic", {}).items():
        results.append(demographic(name, wanted, endpoint))
    location = dimensions.get("Location", {})
    if "Country" in location:
        results.append(in_set(location["Country"], endpoint.get("Location", {}).get("Country")))
    if "GPSPoint" in location:
        results.append(in_circle(location["GPSPoint"], endpoint.get("Location", {})))
    if "Recency" in dimensions.get("Behavior", {}):
        results.append(recent(dimensions["Behavior"]["Recency"], endpoint.get("EffectiveDate")))
    return False not in results


def attribute(wanted, values):
    kind, texts = wanted.get("AttributeType", "INCLUSIVE"), wanted["Values"]
    if kind == "EXCLUSIVE":
        return not [value for value in values if value in texts]
    results = []
    for value in values:
        for text in texts[:1] if kind == "BETWEEN" else texts:
            if kind == "INCLUSIVE":
                results.append(value == text)
            elif kind == "CONTAINS":
                results.append(value.find(text) >= 0)
            elif value in HOURS:
                hour, limit = HOURS[value], HOURS[text]
                results.append(
                    (kind == "BEFORE" and hour < limit)
                    or (kind == "AFTER" and hour > limit)
                    or (kind == "ON" and hour // 24 == limit // 24)
                    or (kind == "BETWEEN" and limit <= hour <= HOURS[texts[1]])
                )
    return True in results


def metric(wanted, value):
    if value is None:
        return False
    sign = (value > wanted["Value"]) - (value < wanted["Value"])
    signs = {"EQUAL": [0], "GREATER_THAN": [1], "LESS_THAN": [-1]}
    signs |= {"GREATER_THAN_OR_EQUAL": [0, 1], "LESS_THAN_OR_EQUAL": [-1, 0]}
    return sign in signs[wanted["ComparisonOperator"]]


def demographic(name, wanted, endpoint):
    if name != "Channel":
        member = "Platform" if name == "DeviceType" else name
        found = endpoint.get("Demographic", {}).get(member)
        if member == "Platform":
            wanted = {**wanted, "Values": [value.upper() for value in wanted["Values"]]}
            found = found.upper() if found else None
        return in_set(wanted, found)
    return in_set(wanted, endpoint.get("ChannelType"))


def in_set(wanted, value):
    found = value is not None and value in wanted["Values"]
    return not found if wanted.get("DimensionType") == "EXCLUSIVE" else found


def in_circle(wanted, location):
    if "Latitude" not in location or "Longitude" not in location:
        return False
    chord = dist(on_the_ball(wanted["Coordinates"]), on_the_ball(location))
    return 2 * asin(min(1, chord / 2)) * 6371.0088 <= wanted["RangeInKilometers"]


def on_the_ball(point):
    latitude, longitude = radians(point["Latitude"]), radians(point["Longitude"])
    return (cos(latitude) * cos(longitude), cos(latitude) * sin(longitude), sin(latitude))


def recent(wanted, date):
    days = {"HR_24": 1, "DAY_7": 7, "DAY_14": 14, "DAY_30": 30}[wanted["Duration"]]
    active = date in HOURS and HOURS[date] >= NOW_HOUR - days * 24
    return active if wanted["RecencyType"] == "ACTIVE" else not active

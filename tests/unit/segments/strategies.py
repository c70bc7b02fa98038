"""Random segment definitions and endpoints from so few values that they meet often."""

from hypothesis import strategies as st

from tests.unit.segments.naive_model import HOURS

BASE_IDS = ["1" * 32, "2" * 32, "3" * 32]
NAMES = ["a", "b"]
TEXTS = ["x", "X", "xy", ""]
CHANNELS = ["PUSH", "GCM", "APNS", "EMAIL", "SMS"]
POINTS = [(0, 0), (0.1, 0), (47.6, -122.3), (45.5, -122.7), (90, 0), (-33.9, 151.2), (0, 179.9), (0, -179.9)]
RANGES = [1, 20, 30, 300, 11000, 20100]
DATES = sorted(HOURS, key=lambda text: HOURS[text])
COMBINATIONS = st.sampled_from(["ALL", "ANY", "NONE"])


def some(values, minimum=1):
    return st.lists(st.sampled_from(values), min_size=minimum, max_size=3)


def sets(values):
    kinds = {"DimensionType": st.sampled_from(["INCLUSIVE", "EXCLUSIVE"])}
    return st.fixed_dictionaries({"Values": some(values)}, optional=kinds)


def typed(kinds, values):
    return st.fixed_dictionaries({"AttributeType": st.sampled_from(kinds), "Values": values})


def coordinates(point):
    return {"Latitude": point[0], "Longitude": point[1]}


attributes = st.one_of(
    st.fixed_dictionaries({"Values": some(TEXTS)}),
    typed(["INCLUSIVE", "EXCLUSIVE", "CONTAINS"], some(TEXTS)),
    typed(["BEFORE", "AFTER", "ON"], some(DATES)),
    typed(
        ["BETWEEN"],
        st.lists(st.sampled_from(DATES), min_size=2, max_size=2).map(
            lambda two: sorted(two, key=HOURS.__getitem__)
        ),
    ),
)
metrics = st.fixed_dictionaries(
    {
        "ComparisonOperator": st.sampled_from(
            ["EQUAL", "GREATER_THAN", "LESS_THAN", "GREATER_THAN_OR_EQUAL", "LESS_THAN_OR_EQUAL"]
        ),
        "Value": st.sampled_from([-1, 0, 0.5, 2]),
    }
)
circles = st.fixed_dictionaries(
    {
        "Coordinates": st.sampled_from(POINTS).map(coordinates),
        "RangeInKilometers": st.sampled_from(RANGES),
    }
)
recencies = st.fixed_dictionaries(
    {
        "Duration": st.sampled_from(["HR_24", "DAY_7", "DAY_14", "DAY_30"]),
        "RecencyType": st.sampled_from(["ACTIVE", "INACTIVE"]),
    }
)
DEVICE = ["AppVersion", "DeviceType", "Make", "Model", "Platform"]
demographics = st.one_of(
    st.fixed_dictionaries({"Channel": sets(CHANNELS)}),
    st.dictionaries(st.sampled_from(DEVICE), sets(TEXTS), max_size=2),
)
locations = st.fixed_dictionaries({}, optional={"Country": sets(["US", "DE"]), "GPSPoint": circles})
MEMBERS = {
    "Attributes": st.dictionaries(st.sampled_from(NAMES), attributes, min_size=1),
    "UserAttributes": st.dictionaries(st.sampled_from(NAMES), attributes),
    "Metrics": st.dictionaries(st.sampled_from(NAMES), metrics),
    "Demographic": demographics,
    "Location": locations,
    "Behavior": st.fixed_dictionaries({"Recency": recencies}),
}
# Mostly a single member: with all of them at once hardly any endpoint is taken.
dimensions = st.one_of(
    *(st.fixed_dictionaries({name: member}) for name, member in MEMBERS.items()),
    st.fixed_dictionaries({}, optional=MEMBERS),
)
groups = st.fixed_dictionaries(
    {},
    optional={
        "Dimensions": st.lists(dimensions, max_size=2),
        "SourceSegments": st.lists(st.fixed_dictionaries({"Id": st.sampled_from(BASE_IDS)}), max_size=3),
        "Type": COMBINATIONS,
        "SourceType": COMBINATIONS,
    },
)
group_lists = st.fixed_dictionaries(
    {"Groups": st.lists(groups, max_size=3)}, optional={"Include": COMBINATIONS}
)
segments = st.one_of(
    st.fixed_dictionaries({"Name": st.just("n"), "Dimensions": dimensions}),
    st.fixed_dictionaries({"Name": st.just("n"), "SegmentGroups": group_lists}),
)

values = st.dictionaries(st.sampled_from(NAMES), some([*TEXTS, *DATES], minimum=0))
endpoints = st.fixed_dictionaries(
    {"Id": st.sampled_from(["p", "q"])},
    optional={
        "Attributes": values,
        "User": st.fixed_dictionaries({"UserId": st.just("u")}, optional={"UserAttributes": values}),
        "Metrics": st.dictionaries(st.sampled_from(NAMES), st.sampled_from([-1.0, 0.0, 0.5, 3.0])),
        "ChannelType": st.sampled_from([*CHANNELS, "APNS_VOIP"]),
        "Demographic": st.dictionaries(
            st.sampled_from(["AppVersion", "Make", "Model", "Platform"]), st.sampled_from(TEXTS)
        ),
        "Location": st.one_of(
            st.sampled_from(POINTS).map(coordinates),
            st.fixed_dictionaries({"Country": st.sampled_from(["US", "DE"])}),
            st.just({"Latitude": 1.0}),
        ),
        "EffectiveDate": st.sampled_from([*DATES, "no date"]),
    },
)
base_ids = st.fixed_dictionaries({base: st.sets(st.sampled_from(["p", "q"])) for base in BASE_IDS})
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)

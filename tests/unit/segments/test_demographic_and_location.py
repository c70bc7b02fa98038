"""How criteria on the device, the channel and the place read an endpoint."""

import pytest

from audience.segments.geography import distance_from
from tests.unit.segments.definitions import takes

SEATTLE = {"Latitude": 47.6, "Longitude": -122.3}
PORTLAND = {"Latitude": 45.5, "Longitude": -122.7}  # 235 km from SEATTLE


def within(kilometers, of, endpoint):
    circle = {"Coordinates": of, "RangeInKilometers": kilometers}
    return takes({"Location": {"GPSPoint": circle}}, **endpoint)


@pytest.mark.parametrize("member", ["AppVersion", "Make", "Model", "Platform"])
def test_a_demographic_criterion_reads_the_member_of_its_name(member):
    inclusive = {"Demographic": {member: {"Values": ["x", "y"]}}}
    assert takes(inclusive, Demographic={member: "y"})
    assert not takes(inclusive, Demographic={member: "z"})
    assert takes(inclusive, Demographic={member: "Y"}) == (member == "Platform")  # the others mind case


@pytest.mark.parametrize("member", ["AppVersion", "Channel", "DeviceType", "Make", "Model", "Platform"])
def test_an_absent_member_matches_exclusive_alone(member):
    for endpoint in ({}, {"Demographic": {}}, {"Demographic": None}):
        assert not takes({"Demographic": {member: {"Values": ["x"]}}}, **endpoint)
        assert takes({"Demographic": {member: {"DimensionType": "EXCLUSIVE", "Values": ["x"]}}}, **endpoint)


def test_exclusive_leaves_an_endpoint_with_any_of_the_values():
    exclusive = {"Demographic": {"Make": {"DimensionType": "EXCLUSIVE", "Values": ["apple", "acme"]}}}
    assert not takes(exclusive, Demographic={"Make": "apple"})
    assert takes(exclusive, Demographic={"Make": "samsung"})


def test_the_device_type_is_the_platform():
    device = {"Demographic": {"DeviceType": {"Values": ["ios"]}}}
    assert takes(device, Demographic={"Platform": "ios"})
    assert not takes(device, Demographic={"Platform": "android"})


def test_device_type_and_platform_must_both_match():
    criteria = {"Demographic": {"DeviceType": {"Values": ["ios", "tv"]}, "Platform": {"Values": ["ios"]}}}
    assert takes(criteria, Demographic={"Platform": "ios"})
    assert not takes(criteria, Demographic={"Platform": "tv"})


def test_the_channel_is_the_channel_type_in_any_case():
    email = {"Demographic": {"Channel": {"Values": ["email"]}}}
    assert takes(email, ChannelType="EMAIL")
    assert takes(email, ChannelType="Email")
    assert not takes(email, ChannelType="SMS")


def test_the_channel_push_is_one_channel_of_its_own():
    assert takes({"Demographic": {"Channel": {"Values": ["PUSH"]}}}, ChannelType="PUSH")
    assert not takes({"Demographic": {"Channel": {"Values": ["PUSH"]}}}, ChannelType="APNS")


def test_one_push_channel_does_not_mean_the_others():
    assert not takes({"Demographic": {"Channel": {"Values": ["GCM"]}}}, ChannelType="APNS")


def test_the_country_is_a_code_in_any_case():
    country = {"Location": {"Country": {"Values": ["us", "CAN"]}}}
    assert takes(country, Location={"Country": "US"})
    assert takes(country, Location={"Country": "can"})
    assert not takes(country, Location={"Country": "DE"})
    assert not takes(country)


def test_a_country_left_out_matches_exclusive():
    assert takes({"Location": {"Country": {"DimensionType": "EXCLUSIVE", "Values": ["US"]}}})


def test_a_gps_point_takes_endpoints_within_its_range():
    assert within(240, of=SEATTLE, endpoint={"Location": PORTLAND})
    assert not within(230, of=SEATTLE, endpoint={"Location": PORTLAND})


def test_a_gps_point_includes_its_edge():
    edge = distance_from(47.6, -122.3)(45.5, -122.7)
    assert within(edge, of=SEATTLE, endpoint={"Location": PORTLAND})


@pytest.mark.parametrize("endpoint", [{}, {"Location": {"Latitude": 0.0}}, {"Location": {"Longitude": 0.0}}])
def test_an_endpoint_without_coordinates_is_in_no_circle(endpoint):
    assert not within(30000, of={"Latitude": 0, "Longitude": 0}, endpoint=endpoint)


def test_the_equator_and_the_prime_meridian_are_coordinates_too():
    assert within(
        1, of={"Latitude": 0, "Longitude": 0}, endpoint={"Location": {"Latitude": 0, "Longitude": 0}}
    )


def test_a_circle_reaches_over_the_date_line():
    east_of_it = {"Location": {"Latitude": 0.0, "Longitude": -179.9}}
    assert within(23, of={"Latitude": 0, "Longitude": 179.9}, endpoint=east_of_it)


def test_distances_are_great_circles_in_kilometers():
    assert distance_from(0, 0)(0, 0) == 0
    assert distance_from(0, 0)(0, 180) == pytest.approx(20015.115)  # half the circumference
    assert distance_from(90, 0)(0, 77) == pytest.approx(10007.557)  # pole to equator
    assert distance_from(36.12, -86.67)(33.94, -118.4) == pytest.approx(2886.45, abs=0.01)  # BNA to LAX


@pytest.mark.parametrize("member", ["DeviceType", "Platform"])
def test_the_case_of_a_platform_does_not_matter(member):
    criterion = {"Demographic": {member: {"Values": ["Android"]}}}
    for platform in ("android", "Android", "ANDROID"):
        assert takes(criterion, Demographic={"Platform": platform})
    assert not takes(criterion, Demographic={"Platform": "ios"})

"""Profiles as rows in the shape of XDM."""

from audience.memberships.history import Membership
from audience.profiles.merging import MergeRule
from audience.profiles.model import Profile
from audience.profiles.rows import row_of
from tests.unit.profiles.making import alone, endpoint, stitched

RULE = MergeRule("timestampOrdered")


def row(profile, memberships=None):
    return row_of(profile, RULE.ranked(profile), memberships or {})


def test_a_user_is_one_row_with_all_its_identities_and_its_own_as_the_primary_one():
    profile = stitched(
        "ann",
        endpoint("1", ChannelType="EMAIL", Address="ann@example.org"),
        endpoint("2", ChannelType="SMS", Address="+15550100"),
        endpoint("3", ChannelType="VOICE", Address="+15550100"),
        endpoint("phone-7", ChannelType="GCM", Address="a token"),
    )
    assert row(profile)["identityMap"] == {
        "CRMID": [{"id": "ann", "primary": True}],
        "ECID": [{"id": "phone-7", "primary": False}],
        "Email": [{"id": "ann@example.org", "primary": False}],
        "Phone": [{"id": "+15550100", "primary": False}],
    }


def test_an_endpoint_by_itself_is_its_own_primary_identity():
    found = row(alone(endpoint("1", ChannelType="EMAIL", Address="a@example.org")))
    assert found["identityMap"] == {"Email": [{"id": "a@example.org", "primary": True}]}
    assert found["personalEmail"] == {"address": "a@example.org"}


def test_the_addresses_are_those_of_the_endpoints_updated_last():
    profile = stitched(
        "u",
        endpoint("1", "2026-02-01T00:00:00.000Z", ChannelType="EMAIL", Address="new@example.org"),
        endpoint("2", "2026-01-01T00:00:00.000Z", ChannelType="EMAIL", Address="old@example.org"),
        endpoint("3", "2026-03-01T00:00:00.000Z", ChannelType="VOICE", Address="+15550100"),
    )
    found = row(profile)
    assert (found["personalEmail"], found["mobilePhone"]) == (
        {"address": "new@example.org"},
        {"number": "+15550100"},
    )


def test_location_device_and_attributes_have_their_places():
    one = endpoint(
        "1",
        ChannelType="APNS",
        Address="t",
        OptOut="NONE",
        Location__City="Rome",
        Location__Country="IT",
        Location__Latitude=41.9,
        Demographic__Make="Apple",
        Demographic__Locale="it_IT",
        Demographic__Timezone="Europe/Rome",
        Attributes__Interests=["art", "food"],
        Metrics__visits=3.0,
    )
    found = row(stitched("u", one, First_Name=["Ann"], LastName=["Lee"], Plan=["gold"]))
    assert found["homeAddress"] == {"city": "Rome", "countryCode": "IT", "latitude": 41.9}
    assert found["device"] == {"make": "Apple"}
    assert (found["preferredLanguage"], found["timeZone"], found["optOut"]) == (
        "it_IT",
        "Europe/Rome",
        "NONE",
    )
    assert (found["attributes"], found["metrics"]) == ({"Interests": ["art", "food"]}, {"visits": 3.0})
    assert found["person"] == {"name": {"firstName": "Ann", "lastName": "Lee"}}
    assert found["userAttributes"] == {"First_Name": ["Ann"], "LastName": ["Lee"], "Plan": ["gold"]}


def test_memberships_have_their_status_and_its_time():
    memberships = {"s": Membership("E#1", "exited", 1_795_608_000_123)}
    found = row(alone(endpoint("1", ChannelType="EMAIL", Address="a")), memberships)
    assert found["segmentMembership"] == {
        "ups": {"s": {"lastQualificationTime": "2026-11-25T12:00:00.123Z", "status": "exited"}}
    }


def test_a_profile_that_has_only_events_is_known_by_its_endpoint_alone():
    assert row(Profile.of("E#device", [], None)) == {
        "identityMap": {"ECID": [{"id": "device", "primary": True}]}
    }

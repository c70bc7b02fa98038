"""Profiles as rows in the shape of XDM (contract: Meaning)."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from audience.batches.columns import XdmRow
from audience.identifiers import iso_date
from audience.memberships.history import Membership
from audience.profiles.merging import merge_fragments
from audience.profiles.model import Fragment, Profile

USER_NAMESPACE = "CRMID"
DEVICE_NAMESPACE = "ECID"
# Channels whose address is the identity; all others are devices and known by the endpoint's id.
ADDRESS_NAMESPACES = {"EMAIL": "Email", "SMS": "Phone", "VOICE": "Phone"}
SEGMENT_NAMESPACE = "ups"
_PERSON = {"firstname": "firstName", "lastname": "lastName"}
_ADDRESS = {
    "City": "city",
    "Country": "countryCode",
    "PostalCode": "postalCode",
    "Region": "region",
    "Latitude": "latitude",
    "Longitude": "longitude",
}
_DEVICE = {
    "Make": "make",
    "Model": "model",
    "ModelVersion": "modelVersion",
    "Platform": "platform",
    "PlatformVersion": "platformVersion",
    "AppVersion": "appVersion",
}


def row_of(profile: Profile, ranked: tuple[Fragment, ...], memberships: Mapping[str, Membership]) -> XdmRow:
    """Return the row of a profile, without members that have no value.

    Args:
        profile: the profile.
        ranked: those of its endpoints that count; later ones override earlier ones.
        memberships: what it is to each segment, by the segment's id.
    """
    document = merge_fragments(ranked)
    row = {
        "identityMap": identity_map(profile, ranked),
        "person": _person(profile.user_attributes),
        "personalEmail": _address_of(ranked, "EMAIL"),
        "mobilePhone": _number_of(ranked),
        "homeAddress": _renamed(document.get("Location", {}), _ADDRESS),
        "device": _renamed(document.get("Demographic", {}), _DEVICE),
        "preferredLanguage": document.get("Demographic", {}).get("Locale"),
        "timeZone": document.get("Demographic", {}).get("Timezone"),
        "optOut": document.get("OptOut"),
        "attributes": document.get("Attributes"),
        "metrics": document.get("Metrics"),
        "userAttributes": dict(profile.user_attributes),
        "segmentMembership": _segment_membership(memberships),
        "lastUpdated": document.get("EffectiveDate"),
    }
    return {name: value for name, value in row.items() if value not in (None, {}, "")}


def identity_map(profile: Profile, fragments: Iterable[Fragment]) -> dict[str, list[dict[str, Any]]]:
    """Return the identities of a profile by namespace, each once.

    The user's, or the only endpoint's, is the primary one.
    """
    found: dict[str, dict[str, bool]] = {}
    stitched = profile.name.startswith("U#")
    if profile.user_id:
        found[USER_NAMESPACE] = {profile.user_id: stitched}
    for namespace, identity in _identities(profile, fragments):
        found.setdefault(namespace, {})[identity] = not stitched
    return {
        namespace: [{"id": identity, "primary": primary} for identity, primary in sorted(own.items())]
        for namespace, own in sorted(found.items())
    }


def identities(by_namespace: Mapping[str, list[dict[str, Any]]]) -> list[XdmRow]:
    """Return an identity map as a list, each entry with its namespace."""
    return [
        {"id": each["id"], "namespace": {"code": namespace}, "primary": each["primary"]}
        for namespace, own in by_namespace.items()
        for each in own
    ]


def _identities(profile: Profile, fragments: Iterable[Fragment]) -> Iterator[tuple[str, str]]:
    for fragment in fragments:
        namespace = ADDRESS_NAMESPACES.get(fragment.document.get("ChannelType", ""))
        address = fragment.document.get("Address")
        yield (namespace, address) if namespace and address else (DEVICE_NAMESPACE, fragment.id)
    if not profile.fragments:
        yield DEVICE_NAMESPACE, profile.name[2:]


def _person(attributes: Mapping[str, list[str]]) -> XdmRow:
    """Return first and last name, where user attributes hold them.

    The attributes are found by name in any case, with or without `_`.
    """
    name = {}
    for attribute, values in attributes.items():
        member = _PERSON.get(attribute.replace("_", "").lower())
        if member and values:
            name[member] = values[0]
    return {"name": name} if name else {}


def _address_of(ranked: tuple[Fragment, ...], channel: str) -> XdmRow:
    found = [each.document["Address"] for each in ranked if each.document.get("ChannelType") == channel]
    return {"address": found[-1]} if found else {}


def _number_of(ranked: tuple[Fragment, ...]) -> XdmRow:
    phones = [each for each in ranked if each.document.get("ChannelType") in {"SMS", "VOICE"}]
    return {"number": phones[-1].document["Address"]} if phones else {}


def _renamed(members: Mapping[str, Any], names: Mapping[str, str]) -> XdmRow:
    return {names[member]: value for member, value in members.items() if member in names}


def _segment_membership(memberships: Mapping[str, Membership]) -> XdmRow:
    inside = {
        segment_id: {"lastQualificationTime": _date(each.since), "status": each.status}
        for segment_id, each in sorted(memberships.items())
    }
    return {SEGMENT_NAMESPACE: inside} if inside else {}


def _date(milliseconds: int) -> str:
    return iso_date(datetime.fromtimestamp(milliseconds / 1000, UTC))

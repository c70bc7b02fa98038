"""The columns of exported rows and their types, without a library: requests are checked by them."""

from typing import Any, Literal, NamedTuple

from audience.batches.selection import Selection

Scalar = Literal["string", "double", "bool"]


class ListOf(NamedTuple):
    """A list of values of one type."""

    of: Any


class MapOf(NamedTuple):
    """Values of one type under names that customers choose."""

    of: Any


XdmRow = dict[str, Any]  # a row by the names of its columns, in the shape of XDM
Struct = dict[str, Any]  # members by name: "string", a ListOf, a MapOf, or another Struct
Type = Scalar | ListOf | MapOf | Struct

_IDENTITY: Struct = {"id": "string", "primary": "bool"}
EVENT: Struct = {
    "_id": "string",
    "eventType": "string",
    "timestamp": "string",
    "ingestTime": "string",
    "endpointId": "string",
    "attributes": MapOf("string"),
    "metrics": MapOf("double"),
    "session": {"id": "string", "startTimestamp": "string", "stopTimestamp": "string", "duration": "double"},
    "application": {"packageName": "string", "title": "string", "versionCode": "string"},
    "sdk": {"name": "string", "version": "string"},
}
COLUMNS: Struct = {
    "identityMap": MapOf(ListOf(_IDENTITY)),
    "identities": ListOf({"id": "string", "namespace": {"code": "string"}, "primary": "bool"}),
    "person": {"name": {"firstName": "string", "lastName": "string"}},
    "personalEmail": {"address": "string"},
    "mobilePhone": {"number": "string"},
    "homeAddress": {
        "city": "string",
        "countryCode": "string",
        "postalCode": "string",
        "region": "string",
        "latitude": "double",
        "longitude": "double",
    },
    "device": {
        "make": "string",
        "model": "string",
        "modelVersion": "string",
        "platform": "string",
        "platformVersion": "string",
        "appVersion": "string",
    },
    "preferredLanguage": "string",
    "timeZone": "string",
    "optOut": "string",
    "attributes": MapOf(ListOf("string")),
    "metrics": MapOf("double"),
    "userAttributes": MapOf(ListOf("string")),
    "segmentMembership": MapOf(MapOf({"lastQualificationTime": "string", "status": "string"})),
    "lastUpdated": "string",
}
# Columns that are there only where they are asked for by name: `identityMap` says the same.
BY_NAME = frozenset({"identities"})
EVENTS = "eventList"


def columns_of(fields: str | None, event_fields: str | None = None, *, events: bool = False) -> Struct:
    """Return the columns of a job's rows.

    Args:
        fields: the request's comma list of dot paths; blank or None is everything.
        event_fields: likewise for events, of which `_id` is always there.
        events: whether rows have events.
    """
    selection = Selection.parse(fields)
    blank = not (fields or "").strip()
    wanted = {name: kind for name, kind in COLUMNS.items() if not (blank and name in BY_NAME)}
    columns = _pruned(wanted, selection)
    if events:
        columns[EVENTS] = ListOf({"_id": "string", **_pruned(EVENT, Selection.parse(event_fields))})
    return columns


def _pruned(members: Struct, selection: Selection) -> Struct:
    """Return the members that are selected, each with what is selected of it; maps keep their type."""
    found: Struct = {}
    for name, kind in members.items():
        if name in selection:
            below = selection.below(name)
            if isinstance(kind, dict):
                kind = _pruned(kind, below)  # noqa: PLW2901 - what is left of it
            elif isinstance(kind, ListOf) and isinstance(kind.of, dict):
                kind = ListOf(_pruned(kind.of, below))  # noqa: PLW2901 - likewise
            if kind not in ({}, ListOf({})):
                found[name] = kind
    return found

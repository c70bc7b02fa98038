"""Events of a profile as XDM rows: which events are exported, and which of their fields."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self

from audience.batches.columns import XdmRow
from audience.batches.selection import Selection
from audience.events.store import StoredEvent
from audience.identifiers import iso_date
from audience.profiles.definition import EventListDefinition

# The events of an endpoint (id) that were ingested strictly after and strictly before two moments (ms since 1970).
EventsOf = Callable[[str, int | None, int | None], Iterable[StoredEvent]]
_SESSION = {
    "Id": "id",
    "StartTimestamp": "startTimestamp",
    "StopTimestamp": "stopTimestamp",
    "Duration": "duration",
}
_APPLICATION = {"AppPackageName": "packageName", "AppTitle": "title", "AppVersionCode": "versionCode"}
_SDK = {"SdkName": "name", "ClientSdkVersion": "version"}


@dataclass(frozen=True)
class EventList:
    """The `additionalFields.eventList` of a request: fields, and a window of ingestion times.

    The window's bounds are ms since 1970.
    """

    selection: Selection
    after: int | None
    before: int | None

    @classmethod
    def of(cls, definition: EventListDefinition) -> Self:
        """Read the part of a job's Definition."""
        selection = Selection.parse(definition.fields)
        return cls(selection, definition.ingested_after, definition.ingested_before)

    def rows(self, endpoint_ids: Iterable[str], events_of: EventsOf) -> Iterator[XdmRow]:
        """Yield the events of some endpoints, ordered by their time."""
        found = [event for each in endpoint_ids for event in events_of(each, self.after, self.before)]
        for event in sorted(found, key=lambda event: (event.timestamp, event.event_id)):
            yield {"_id": event.event_id, **self.selection.of(event_row(event))}


def event_row(event: StoredEvent) -> XdmRow:
    """Return one event in the shape of XDM, without members that have no value."""
    document = event.document
    session = _renamed(document.get("Session") or {}, _SESSION)
    if "duration" in session:
        session["duration"] = float(session["duration"])
    row = {
        "_id": event.event_id,
        "eventType": event.event_type,
        "timestamp": event.timestamp,
        "ingestTime": iso_date(datetime.fromtimestamp(event.ingested / 1000, UTC)),
        "endpointId": event.endpoint_id,
        "attributes": document.get("Attributes"),
        "metrics": document.get("Metrics"),
        "session": session,
        "application": _renamed(document, _APPLICATION),
        "sdk": _renamed(document, _SDK),
    }
    return {name: value for name, value in row.items() if value not in (None, {}, "")}


def _renamed(members: Mapping[str, Any], names: Mapping[str, str]) -> XdmRow:
    return {names[member]: value for member, value in members.items() if member in names}

"""Events: recorded once, found by their endpoint and by its shard, gone with it."""

from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import pytest

from audience.aws.dynamodb import DynamoDBClient
from audience.endpoints.scan import ShardScan
from audience.events.store import Event, EventStore, StoredEvent
from audience.exports.plan import estimated
from audience.layout.endpoints_table import SHARDS, shard_of
from tests.contract.endpoints.conftest import App

WHEN = "2026-01-02T03:04:05.000Z"


def event(event_id: str, **members: Any) -> Event:
    document = {"EventType": "view", "Timestamp": WHEN, **members}
    return Event(event_id, "view", WHEN, document)


class Recorder:
    """The events of an app, recorded at moments that the test sets."""

    def __init__(self, app: App) -> None:
        self.seconds = 0.0
        self.store = EventStore(
            app.row_client, app.endpoints_table, app.application_id, clock=lambda: self.seconds
        )

    def put(self, seconds: float, endpoint_id: str, *events: Event) -> None:
        self.seconds = seconds
        self.store.put(endpoint_id, *events)

    def ids(self, endpoint_id: str, after_ms: int | None = None, before_ms: int | None = None) -> list[str]:
        return [found.event_id for found in self.store.of_endpoint(endpoint_id, after_ms, before_ms)]

    def marked(self) -> list[str]:
        return [name for shard in range(SHARDS) for name in self.store.endpoints_with_events(shard)]


@pytest.fixture
def events(app: App) -> Recorder:
    return Recorder(app)


def calls(row_client: DynamoDBClient, act: Callable[[], Any]) -> list[str]:
    """The operations that something takes."""
    made = []
    send = row_client.call

    def counted(operation: str, request: dict[str, Any]) -> dict[str, Any]:
        made.append(operation)
        return send(operation, request)

    with patch.object(row_client, "call", counted):
        act()
    return made


def test_an_event_is_read_as_it_was_recorded(events: Recorder) -> None:
    members = {
        "Attributes": {"ä": "ö"},
        "Metrics": {"m": 0.1},
        "Session": {"Id": "s", "StartTimestamp": WHEN},
    }
    events.put(1_700_000_000.1239, "e/1:ü", event("id: ä", **members))
    document = {"EventType": "view", "Timestamp": WHEN, **members}
    stored = StoredEvent("id: ä", "e/1:ü", "view", WHEN, 1_700_000_000_123, document)
    assert list(events.store.of_endpoint("e/1:ü")) == [stored]


def test_the_same_id_again_changes_nothing(events: Recorder) -> None:
    events.put(1, "e", event("1", AppTitle="first"))
    events.put(2, "e", event("1", AppTitle="second"), event("2"))
    first, second = events.store.of_endpoint("e")
    assert (first.document["AppTitle"], first.ingested, second.ingested) == ("first", 1000, 2000)


def test_the_same_id_of_another_endpoint_is_another_event(events: Recorder) -> None:
    for endpoint_id in ("e", "f"):
        events.put(1, endpoint_id, event("1"))
    assert (events.ids("e"), events.ids("f")) == (["1"], ["1"])


def test_times_of_recording_are_exclusive_bounds(events: Recorder) -> None:
    for number in range(1, 6):
        events.put(number / 1000, "e", event(str(number)))
    assert events.ids("e", 2) == ["3", "4", "5"]
    assert events.ids("e", None, 4) == ["1", "2", "3"]
    assert events.ids("e", 1, 4) == ["2", "3"]
    assert events.ids("e", 4, 2) == events.ids("nobody") == []


def test_events_are_read_page_by_page(events: Recorder, app: App) -> None:
    large = {f"a{number}": "x" * 200 for number in range(40)}
    events.put(1, "e", *(event(f"{number:03d}", Attributes=large) for number in range(150)))
    found: list[str] = []
    made = calls(app.row_client, lambda: found.extend(events.ids("e")))
    assert found == [f"{number:03d}" for number in range(150)]
    assert len(made) > 1


def test_the_endpoints_of_a_shard_that_have_events_are_listed_in_order(events: Recorder, app: App) -> None:
    names = [f"e{number}" for number in range(300)]
    inside = sorted(name for name in names if shard_of(name) == 7)
    for name in inside:
        events.put(1, name, event("1"), event("2"))
    app.make(next(name for name in names if shard_of(name) == 7))
    assert list(events.store.endpoints_with_events(7)) == inside
    assert events.marked() == inside


def test_each_event_is_one_write_and_the_first_one_more(events: Recorder, app: App) -> None:
    first = calls(app.row_client, lambda: events.put(1, "e", event("1"), event("2")))
    assert first.count("PutItem") == 3
    later = calls(app.row_client, lambda: events.put(1, "e", event("3"), event("4")))
    assert later.count("PutItem") == 2


def test_events_do_not_change_how_endpoints_are_read(events: Recorder, app: App) -> None:
    app.make("e", User={"UserId": "u"})
    before = app.registered.get("e"), app.registered.page(10, None), app.registered.of_user("u")
    for endpoint_id in ("e", "only events"):
        events.put(1, endpoint_id, event("1"))
    assert (app.registered.get("e"), app.registered.page(10, None), app.registered.of_user("u")) == before
    assert app.registered.get("only events") is None
    scan = ShardScan(app.row_client, app.endpoints_table, app.application_id)
    assert [found["Id"] for shard in range(SHARDS) for found in scan.all_of(shard)] == ["e"]


def test_the_estimate_of_an_export_counts_no_events(events: Recorder, app: App) -> None:
    inside = next(str(number) for number in range(1000) if shard_of(str(number)) == 0)
    events.put(1, inside, event("1"))
    assert estimated(app.row_client, app.endpoints_table, app.application_id) == 0


def test_only_the_events_of_a_removed_endpoint_are_removed(events: Recorder, app: App) -> None:
    app.make("e")
    for endpoint_id in ("e", "other"):
        events.put(1, endpoint_id, *(event(f"{number:02d}") for number in range(60)))
    assert app.registered.delete("e") is not None
    assert (events.ids("e"), len(events.ids("other")), events.marked()) == ([], 60, ["other"])


def test_an_endpoint_that_has_only_events_loses_them_when_it_is_deleted(events: Recorder, app: App) -> None:
    events.put(1, "e", event("1"))
    assert app.registered.delete("e") is None
    assert (events.ids("e"), events.marked()) == ([], [])


def test_the_events_of_a_deleted_users_endpoints_are_removed(events: Recorder, app: App) -> None:
    for endpoint_id in ("one", "two"):
        app.make(endpoint_id, User={"UserId": "u"})
    for endpoint_id in ("one", "two", "other"):
        events.put(1, endpoint_id, event("1"))
    app.registered.delete_user("u")
    assert (events.ids("one"), events.ids("two"), events.marked()) == ([], [], ["other"])


def test_an_event_recorded_while_its_endpoint_is_removed_can_be_found(events: Recorder, app: App) -> None:
    other = Recorder(app)
    send = app.row_client.call

    def call(operation: str, request: dict[str, Any]) -> dict[str, Any]:
        reply = send(operation, request)
        if operation == "PutItem" and request["Item"]["sk"] == {"S": "1"}:
            other.store.remove("e")
        return reply

    with patch.object(app.row_client, "call", call):
        events.put(1, "e", event("1"), event("2"))
    assert (events.ids("e"), events.marked()) == (["2"], ["e"])


def test_an_interrupted_removal_can_be_repeated(events: Recorder, app: App) -> None:
    events.put(1, "e", *(event(f"{number:02d}") for number in range(60)))
    send = app.row_client.call

    def die(operation: str, request: dict[str, Any]) -> dict[str, Any]:
        if operation == "DeleteItem":
            raise OSError
        return send(operation, request)

    with patch.object(app.row_client, "call", die), pytest.raises(OSError):
        events.store.remove("e")
    assert events.marked() == ["e"]
    events.store.remove("e")
    assert events.marked() == []

"""A write of the row loop whose answer is lost is sent again: it comes to the same as if it had been sent once."""

import pytest

from audience.aws.dynamodb import DynamoDBClient
from audience.endpoints.rows import RowInvalidError
from audience.events.store import Event, EventStore
from tests.contract.endpoints.racing import LATER_S, inserted, merged, take

WRITES = {"UpdateItem", "PutItem", "DeleteItem", "BatchExecuteStatement"}


@pytest.fixture(autouse=True)
def again(monkeypatch):
    """Every write reaches the tables twice, and the second answer is the one that arrives."""
    send = DynamoDBClient._send

    def twice(self, operation, body):
        if operation in WRITES:
            send(self, operation, body)
        return send(self, operation, body)

    monkeypatch.setattr(DynamoDBClient, "_send", twice)


def test_an_endpoint_is_made_merged_and_deleted(app):
    app.make("e1", Attributes={"A": ["1"]})
    app.merge("e1", Attributes={"B": ["2"]})
    found = app.registered.get("e1")
    assert found["Attributes"] == {"A": ["1"], "B": ["2"]}
    assert app.registered.delete("e1") == found
    assert app.registered.delete("e1") is None


def test_a_deleted_endpoint_leaves_its_user(app):
    app.make("e1", User={"UserId": "u1"})
    app.registered_after(LATER_S).delete("e1")
    assert app.ids_of("u1") == []


def test_a_user_and_its_endpoints_are_deleted(app):
    app.make("e1", User={"UserId": "u1", "UserAttributes": {"a": ["1"]}})
    assert [each["Id"] for each in app.registered.delete_user("u1")] == ["e1"]
    assert app.user("u1") is app.item("e1") is None


def test_a_user_has_fifteen_endpoints_and_no_more(app):
    for number in range(15):
        app.make(f"e{number}", User={"UserId": "u1"})
    with pytest.raises(RowInvalidError, match="15"):
        app.make("e15", User={"UserId": "u1"})
    assert len(app.registered.of_user("u1")) == 15


def test_an_endpoint_that_moves_is_its_new_users_alone(app):
    app.make("e1", User={"UserId": "u1"})
    app.merge("e1", User={"UserId": "u2"})
    assert app.registered.of_user("u1") == []
    assert [each["Id"] for each in app.registered.of_user("u2")] == ["e1"]
    for number in range(2, 17):  # the id that the first user's set may still hold takes nobody's room
        app.make(f"e{number}", User={"UserId": "u1"})
    assert len(app.registered.of_user("u1")) == 15


def test_what_an_endpoint_holds_becomes_its_users(app):
    app.make("e1", User={"UserAttributes": {"a": ["1"], "b": ["1"]}})
    app.make("e2", User={"UserId": "u1", "UserAttributes": {"b": ["2"]}})
    app.merge("e1", User={"UserId": "u1"})
    for each in app.registered.of_user("u1"):
        assert each["User"] == {"UserId": "u1", "UserAttributes": {"a": ["1"], "b": ["2"]}}
    assert "held" not in app.item("e1")


@pytest.mark.parametrize("before", [0, 13, 14])
def test_rows_that_are_inserted_are_there_once_with_their_user(app, before):
    """The second answer says that each is there already: they are merged then, and the user has room for two."""
    for number in range(before):
        app.make(f"old{number}", User={"UserId": "u1"})
    rows = [merged(f"e{number}", "u1", a=str(number), b="") for number in range(2)]
    take(app, inserted(*rows))
    found = app.registered.of_user("u1")
    assert len(found) == min(before + 2, 15) == len(app.ids_of("u1"))
    assert found[0]["User"] == {"UserId": "u1", "UserAttributes": {"a": ["1" if before < 14 else "0"]}}


def test_the_last_attribute_names_that_there_is_room_for_are_admitted(app):
    app.make("e1", Attributes={f"n{number}": ["x"] for number in range(245)})
    app.merge("e1", Attributes={f"m{number}": ["x"] for number in range(5)})
    assert len(app.names()) == 250


def test_an_event_is_kept_once(app):
    events = EventStore(app.row_client, app.endpoints_table, app.application_id)
    events.put("e1", Event("v1", "seen", "2026-01-01T00:00:00.000Z", {}))
    assert [each.event_id for each in events.of_endpoint("e1")] == ["v1"]

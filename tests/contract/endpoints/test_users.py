"""Users own the user attributes and at most fifteen endpoints."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from audience.aws.async_dynamodb import finish
from audience.endpoints.json_rows import row_of_document
from audience.endpoints.rows import RowInvalidError
from audience.endpoints.users import MAX_ENDPOINTS
from audience.segments.members import Member
from tests.contract.endpoints.conftest import NOW, App
from tests.contract.endpoints.racing import LATER_S


def user(user_id: str, **attributes: list[str]) -> dict[str, Any]:
    return {"UserId": user_id, "UserAttributes": attributes}


def seen(app: App, endpoint_id: str) -> Any:
    endpoint = app.registered.get(endpoint_id)
    return endpoint and endpoint.get("User")


def test_all_endpoints_of_a_user_show_the_same_attributes(app: App) -> None:
    app.make("one", User=user("u", team=["a"]))
    app.make("two", User=user("u", city=["b"]))
    assert seen(app, "one") == seen(app, "two") == user("u", team=["a"], city=["b"])
    assert [endpoint["Id"] for endpoint in app.registered.of_user("u")] == ["one", "two"]


def test_user_attributes_merge_and_an_empty_list_removes_one(app: App) -> None:
    app.make("one", User=user("u", team=["a"], city=["b"]))
    app.merge("one", User=user("u", team=["c", "d"], city=[]))
    assert seen(app, "one") == user("u", team=["c", "d"])


def test_user_attributes_of_a_row_without_a_user_are_merged_into_the_endpoints_user(app: App) -> None:
    app.make("one", User=user("u", team=["a"]))
    app.make("two", User=user("u"))
    app.merge("two", User={"UserAttributes": {"team": ["b"]}})
    assert seen(app, "one") == user("u", team=["b"])


def test_an_endpoint_without_a_user_holds_user_attributes(app: App) -> None:
    app.make("one", User={"UserAttributes": {"team": ["a"], "city": ["b"]}})
    app.merge("one", User={"UserAttributes": {"team": ["c"], "city": []}})
    assert seen(app, "one") == {"UserAttributes": {"team": ["c"]}}


def test_what_an_endpoint_holds_becomes_its_users_and_the_users_own_stays(app: App) -> None:
    app.make(
        "one", User={"UserAttributes": {"team": ["old"], "city": ["b"], "gone": ["x"], "named": ["old"]}}
    )
    app.make("two", User=user("u", team=["own"]))
    app.merge("one", User=user("u", gone=[], named=["new"]))
    expected = user("u", team=["own"], city=["b"], named=["new"])
    assert seen(app, "one") == seen(app, "two") == expected
    app.merge("one", User=user("v"))
    assert seen(app, "one") == {"UserId": "v"}
    assert seen(app, "two") == expected


def test_the_sixteenth_endpoint_is_a_bad_row_and_writes_nothing(app: App) -> None:
    for number in range(MAX_ENDPOINTS):
        app.make(f"e{number:02d}", User=user("u", team=["a"]))
    before = app.ids_of("u"), app.registered.of_user("u")
    with pytest.raises(RowInvalidError) as wrong:
        app.make("one-too-many", User=user("u", team=["b"]))
    assert wrong.value.field == "User.UserId"
    assert wrong.value.reason == "Exceeded maximum endpoint per user count: 15"
    assert app.registered.get("one-too-many") is None
    assert (app.ids_of("u"), app.registered.of_user("u")) == before
    assert app.pauses == []


def test_rows_of_a_full_users_own_endpoints_are_merged(app: App) -> None:
    for number in range(MAX_ENDPOINTS):
        app.make(f"e{number:02d}", User=user("u"))
    app.make("e07", User=user("u", team=["z"]), OptOut="ALL")
    assert seen(app, "e00") == user("u", team=["z"])


def test_an_endpoint_can_move_to_a_full_user_once_there_is_room(app: App) -> None:
    for number in range(MAX_ENDPOINTS):
        app.make(f"e{number:02d}", User=user("u"))
    app.merge("e03", User=user("v"))
    app.make("new", User=user("u"))
    assert len(app.ids_of("u")) == MAX_ENDPOINTS
    assert app.ids_of("v") == ["e03"]


def test_an_endpoint_that_moves_leaves_its_former_user(app: App) -> None:
    app.make("e", User=user("old", team=["a"]))
    moved = row_of_document({"Id": "e", "User": user("new", team=["b"])}, application_id=app.application_id)
    finish(app.store_after(LATER_S).merge(moved, NOW))
    assert (app.ids_of("old"), app.ids_of("new")) == ([], ["e"])
    assert seen(app, "e") == user("new", team=["b"])
    assert app.registered.of_user("old") == []


def test_an_endpoint_that_many_workers_move_is_in_the_set_of_the_user_it_ends_with(app: App) -> None:
    app.make("e", User=user("0"))
    with ThreadPoolExecutor(4) as pool:
        for moved in [pool.submit(app.merge, "e", User=user(str(number % 3))) for number in range(90)]:
            moved.result()
    last = app.registered.get("e")["User"]["UserId"]  # type: ignore[index]
    assert [document["Id"] for document in app.registered.of_user(last)] == ["e"]


def test_orphaned_ids_make_room(app: App) -> None:
    app.make("mine", User=user("u"))
    app.make("moved", User=user("v"))
    app.put_user_item("u", ["mine", "moved", *(f"never-written-{number}" for number in range(13))])
    app.make("new", User=user("u"))
    assert app.ids_of("u") == ["mine", "new"]
    assert len(app.pauses) == 1


def test_the_id_of_an_endpoint_that_is_about_to_be_written_is_not_orphaned(app: App) -> None:
    for number in range(MAX_ENDPOINTS - 1):
        app.make(f"e{number:02d}", User=user("u"))

    def the_other_worker_goes_on(_seconds: float) -> None:
        app.make("late", User=user("u"))

    users = app.users(the_other_worker_goes_on)
    finish(users.join("u", "late", {}))
    with pytest.raises(RowInvalidError, match="Exceeded maximum"):
        finish(users.join("u", "sixteenth", {}))
    assert "late" in app.ids_of("u")
    assert len(app.registered.of_user("u")) == MAX_ENDPOINTS


def test_ids_without_an_endpoint_are_not_shown(app: App) -> None:
    app.make("mine", User=user("u"))
    app.make("moved", User=user("v"))
    app.put_user_item("u", ["mine", "moved", "never-written"])
    assert [endpoint["Id"] for endpoint in app.registered.of_user("u")] == ["mine"]
    assert app.merge(User={"UserId": "u"}) == [Member("mine", "EMAIL")]


def test_a_row_that_names_only_a_user_is_about_all_its_endpoints(app: App) -> None:
    app.make("one", User=user("u"))
    app.make("two", User=user("u"), ChannelType="SMS")
    assert app.merge(User=user("u", team=["a"])) == [Member("one", "EMAIL"), Member("two", "SMS")]
    assert seen(app, "one") == user("u", team=["a"])


@pytest.mark.parametrize("left", [[], ["never-written"]])
def test_a_row_of_a_user_without_endpoints_is_a_bad_row(app: App, left: list[str]) -> None:
    if left:
        app.put_user_item("u", left)
    with pytest.raises(RowInvalidError, match=r"User.UserId: 'u' has no endpoints"):
        app.merge(User=user("u", team=["a"]))
    assert app.names() == set()


def test_a_deleted_endpoint_leaves_its_user(app: App) -> None:
    app.make("one", User=user("u", team=["a"]))
    app.make("two", User=user("u"))
    gone = app.registered_after(LATER_S).delete("one")
    assert gone is not None
    assert gone["User"] == user("u", team=["a"])
    assert app.ids_of("u") == ["two"]
    assert app.registered.get("one") is None
    assert app.registered.delete("one") is None


def test_the_id_of_an_endpoint_that_was_just_written_stays_in_the_set_until_there_is_no_room(
    app: App,
) -> None:
    """Another row of it may have joined the user, and not have written the endpoint yet."""
    app.make("one", User=user("u"))
    app.registered.delete("one")
    assert (app.ids_of("u"), app.registered.of_user("u")) == (["one"], [])
    for number in range(MAX_ENDPOINTS):
        app.make(f"e{number:02d}", User=user("u"))
    assert len(app.registered.of_user("u")) == len(app.ids_of("u")) == MAX_ENDPOINTS


def test_the_endpoints_and_attributes_of_a_deleted_user_are_deleted(app: App) -> None:
    app.make("one", User=user("u", team=["a"]))
    app.make("two", User=user("u"))
    app.make("other", User=user("v"))
    assert [document["Id"] for document in app.registered.delete_user("u")] == ["one", "two"]
    assert app.registered.get("one") is app.registered.get("two") is app.user("u") is None
    assert app.registered.get("other") is not None
    app.make("one", User={"UserId": "u"})
    assert seen(app, "one") == {"UserId": "u"}


def test_an_unknown_user_has_no_endpoints(app: App) -> None:
    assert app.registered.of_user("nobody") == app.registered.delete_user("nobody") == []


def test_more_attributes_than_one_expression_takes_become_the_users(app: App) -> None:
    many = {f"name-{number}": ["x"] for number in range(250)}
    newer = {name: ["y"] for name in many}
    app.make("one", User={"UserAttributes": many})
    app.make("two", User=user("u"))
    app.merge("one", User=user("u"))
    assert seen(app, "two") == user("u", **many)
    app.merge("one", User=user("u", **newer))
    assert seen(app, "two") == user("u", **newer)


@pytest.mark.parametrize(
    ("given", "writes"),
    [
        ({"UserAttributes": {"team": ["a"]}}, 1),
        (user("u", team=["a"]), 2),
        ({"UserId": "u"}, 2),
        ({}, 1),
    ],
)
def test_a_new_endpoint_is_one_write_and_one_more_for_the_user_that_it_has(
    app: App, monkeypatch: pytest.MonkeyPatch, given: dict[str, Any], writes: int
) -> None:
    app.make("before", User=user("v", team=["a"]))  # the attribute's name is known from now on
    calls: list[str] = []
    send = app.row_client.call
    monkeypatch.setattr(app.row_client, "call", lambda *call: (calls.append(call[0]), send(*call))[1])
    app.make("one", **({"User": given} if given else {}))
    assert calls == ["UpdateItem"] * writes

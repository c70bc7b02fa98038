"""The guarantees of the store of apps."""

import pytest

from audience.apps.store import AppStore


@pytest.fixture
def store(control):
    return AppStore(control)


def test_an_app_is_found_as_it_was_made(store):
    made = store.create("a1", "Shop", {"team": "crm"}, "2026-01-01T00:00:00.000Z")
    assert made == {
        "Id": "a1",
        "Name": "Shop",
        "CreationDate": "2026-01-01T00:00:00.000Z",
        "tags": {"team": "crm"},
    }
    assert store.find("a1") == made


def test_what_was_not_made_is_not_found(store):
    assert store.find("a1") is None
    assert store.delete("a1") is None


def test_an_app_is_deleted_once(store):
    made = store.create("a1", "Shop", {}, "2026-01-01T00:00:00.000Z")
    assert store.delete("a1") == made
    assert store.delete("a1") is None
    assert store.find("a1") is None


def test_pages_go_from_the_newest_to_the_oldest_and_end(store):
    for name in ("a1", "a2", "a3", "a4"):
        store.create(name, name, {}, "2026-01-01T00:00:00.000Z")
    first, after = store.page(2, None)
    assert ([app["Id"] for app in first], after) == (["a4", "a3"], "a3")
    last, after = store.page(2, after)
    assert ([app["Id"] for app in last], after) == (["a2", "a1"], None)


def test_a_page_goes_on_after_an_app_that_was_deleted_meanwhile(store):
    for name in ("a1", "a2", "a3"):
        store.create(name, name, {}, "2026-01-01T00:00:00.000Z")
    _, after = store.page(1, None)
    store.delete("a3")
    rest, after = store.page(5, after)
    assert ([app["Id"] for app in rest], after) == (["a2", "a1"], None)

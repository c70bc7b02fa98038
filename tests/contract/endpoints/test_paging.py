"""The endpoints of an app, page by page, over all shards."""

import pytest

from audience.layout.endpoints_table import SHARDS, shard_of
from tests.contract.endpoints.conftest import App


def pages(app: App, limit: int) -> list[list[str]]:
    found, after = [], None
    while True:
        documents, after = app.registered.page(limit, after)
        found.append([document["Id"] for document in documents])
        if after is None:
            return found


@pytest.mark.parametrize("limit", [1, 3, 7, 100])
def test_every_endpoint_is_on_one_page_and_no_page_but_the_last_is_short(app: App, limit: int) -> None:
    names = [f"endpoint-{number}" for number in range(20)]
    for name in names:
        app.make(name, User={"UserId": name})
    found = pages(app, limit)
    assert sorted(name for page in found for name in page) == sorted(names)
    assert all(len(page) == limit for page in found[:-1])
    assert found[-1]


def test_an_app_without_endpoints_has_one_empty_page(app: App) -> None:
    assert app.registered.page(10, None) == ([], None)


def test_endpoints_of_one_shard_are_paged_by_their_ids(app: App) -> None:
    crowded = [name for name in map(str, range(SHARDS * 12)) if shard_of(name) == 5][:8]
    for name in crowded:
        app.make(name)
    assert [name for page in pages(app, 3) for name in page] == sorted(crowded)


def test_users_and_other_apps_are_on_no_page(app: App) -> None:
    app.make("e", User={"UserId": "u", "UserAttributes": {"a": ["1"]}})
    documents, after = app.registered.page(10, None)
    assert after is None
    assert [document["User"] for document in documents] == [{"UserId": "u", "UserAttributes": {"a": ["1"]}}]


def test_a_page_goes_on_after_an_endpoint_that_was_deleted_meanwhile(app: App) -> None:
    for number in range(6):
        app.make(f"e{number}")
    first, after = app.registered.page(3, None)
    assert after is not None
    app.registered.delete(after)
    second, end = app.registered.page(10, after)
    assert end is None
    assert {document["Id"] for document in [*first, *second]} == {f"e{number}" for number in range(6)}

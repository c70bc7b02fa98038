"""An app has at most 250 custom attribute names, over Attributes, Metrics and UserAttributes."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from audience.aws.async_dynamodb import finish
from audience.endpoints.attribute_names import MAX_NAMES
from audience.endpoints.json_rows import row_of_document
from audience.endpoints.rows import RowInvalidError
from audience.endpoints.store import EndpointStore
from tests.contract.endpoints.conftest import NOW, App


def attributes(first: int, last: int) -> dict[str, list[str]]:
    return {f"name-{number}": ["x"] for number in range(first, last)}


def test_names_of_all_three_kinds_are_counted_together(app: App) -> None:
    app.make(
        "e",
        Attributes=attributes(0, 100),
        Metrics={f"metric-{number}": number for number in range(100)},
        User={"UserId": "u", "UserAttributes": attributes(0, 50)},
    )
    assert len(app.names()) == MAX_NAMES
    for members in (
        {"Attributes": {"new": ["x"]}},
        {"Metrics": {"new": 1}},
        {"User": {"UserId": "u", "UserAttributes": {"new": ["x"]}}},
    ):
        with pytest.raises(RowInvalidError, match=r"new: the app has 250 custom attribute names already"):
            app.merge("e", **members)


def test_a_known_name_is_admitted_by_a_full_app_without_a_request(app: App) -> None:
    app.make("e", Attributes=attributes(0, MAX_NAMES))
    app.merge("e", Attributes={"name-7": ["y"]})
    row = row_of_document({"Id": "e", "Attributes": {"name-8": ["z"]}}, application_id="x")
    finish(app.again().merge(row, NOW))
    assert app.registered.get("e")["Attributes"]["name-8"] == ["z"]  # type: ignore[index]


def test_of_a_row_with_too_many_new_names_none_is_added(app: App) -> None:
    app.make("e", Attributes=attributes(0, 240))
    with pytest.raises(RowInvalidError, match=r"Attributes.name-250: the app has 250"):
        app.merge("e", Attributes=attributes(235, 251))
    assert len(app.names()) == 240
    app.merge("e", Attributes=attributes(240, 250))


def test_the_first_row_of_an_app_cannot_add_more_than_the_limit(app: App) -> None:
    with pytest.raises(RowInvalidError, match=r"Attributes.name-250"):
        app.make("e", Attributes=attributes(0, 251))
    assert app.names() == set()
    assert app.registered.get("e") is None


def test_workers_that_add_names_at_the_same_time_keep_the_limit(app: App) -> None:
    app.make("e")

    def bring(number: int) -> bool:
        row = row_of_document(
            {"Id": "e", "Attributes": attributes(40 * number, 40 * number + 40)}, application_id="x"
        )
        try:
            finish(app.again().merge(row, NOW))
        except RowInvalidError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        admitted = sum(pool.map(bring, range(8)))
    assert admitted == 6
    assert len(app.names()) == 240


def test_workers_that_add_the_same_names_to_a_nearly_full_app_are_all_admitted(app: App) -> None:
    app.make("e", Attributes=attributes(0, 200))

    def bring(store: EndpointStore) -> None:
        row = row_of_document({"Id": "e", "Attributes": attributes(200, 250)}, application_id="x")
        finish(store.merge(row, NOW))

    stores = [app.again() for _ in range(6)]
    for store in stores:  # each has loaded the names before any of them writes
        row = row_of_document({"Id": "e", "Attributes": {"name-0": ["y"]}}, application_id="x")
        finish(store.merge(row, NOW))
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(bring, stores))
    assert len(app.names()) == MAX_NAMES

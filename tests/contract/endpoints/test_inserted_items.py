"""The items of rows that are inserted are those that merging the rows makes."""

import itertools
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from audience.aws.async_dynamodb import OneAtATime, finish
from audience.endpoints.json_rows import row_of_document
from audience.endpoints.row_inserter import RowInserter
from audience.endpoints.rows import Row, RowInvalidError
from tests.contract.endpoints.conftest import NOW, App

TRICKY = 'o\'hara "q" \\ é😀\n{?}:,'


def test_names_and_values_of_any_text_are_stored_as_they_are(app: App) -> None:
    user = {"UserId": TRICKY, "UserAttributes": {TRICKY: [TRICKY, ""]}}
    numbers = {TRICKY: 0.1, "large": 1e22, "small": -1e-7}
    custom = {"Attributes": {TRICKY: [TRICKY], "gone": []}, "Metrics": numbers}
    place = {"City": TRICKY, "Latitude": 12.3}

    def row(endpoint_id: str) -> Row:
        document = {"Id": endpoint_id, "Address": TRICKY, "ChannelType": "SMS", "Location": place, **custom}
        return row_of_document({**document, "User": user}, application_id=app.application_id)

    inserter = RowInserter(OneAtATime(app.row_client), app.endpoints_table, app.application_id)
    assert finish(inserter.insert([row(TRICKY)], NOW)) == [True]
    app.merge_row(row("merged"))
    found, wanted = app.registered.get(TRICKY), app.registered.get("merged")
    assert found is not None
    assert wanted is not None
    assert found == {**wanted, "Id": TRICKY}
    assert found["Metrics"] == numbers
    assert app.ids_of(TRICKY) == ["merged", TRICKY]


_users = st.fixed_dictionaries(
    {},
    optional={
        "UserId": st.sampled_from(["u", "u", "v"]),
        "UserAttributes": st.dictionaries(
            st.sampled_from(["a", "b"]), st.lists(st.sampled_from("xy"), max_size=2)
        ),
    },
)
_documents = st.fixed_dictionaries(
    {"Address": st.text(min_size=1), "ChannelType": st.just("SMS"), "User": _users},
    optional={
        "Attributes": st.dictionaries(
            st.text(min_size=1, max_size=9), st.lists(st.text(max_size=9)), max_size=2
        ),
        "Metrics": st.dictionaries(st.sampled_from(["m", "n"]), st.integers(-(10**9), 10**9).map(float)),
        "EffectiveDate": st.just("2020-01-01T00:00:00.000Z"),
        "Location": st.just({"City": "Oslo", "Latitude": 1.5}),
    },
)


def stored(app: App) -> dict[str, Any]:
    """The items of all endpoints and users; of what is another in every write, only that it is there."""
    items = {name: app.item(name) for name in IDS} | {f"user {name}": app.user(name) for name in "uv"}
    changing = {"pk", "ingested", "held", "removed"}
    return {
        key: {name: None if name in changing else value_of(value) for name, value in (item or {}).items()}
        for key, item in items.items()
    }


def value_of(attribute: dict[str, Any]) -> Any:
    """A value; sets have no order, and a number has many spellings."""
    ((kind, value),) = attribute.items()
    return sorted(value) if kind == "SS" else float(value) if kind == "N" else attribute


IDS = [f"e{number}" for number in range(20)]


@settings(max_examples=15)
@given(
    before=st.lists(st.tuples(st.sampled_from(IDS), _documents), max_size=4),
    documents=st.dictionaries(st.sampled_from(IDS), _documents, min_size=8),
)
def test_rows_that_are_inserted_make_the_items_that_merging_them_makes(
    new_app: Callable[[], App], before: list[tuple[str, dict[str, Any]]], documents: dict[str, dict[str, Any]]
) -> None:
    app, other = new_app(), new_app()
    for each, (endpoint_id, document) in itertools.product((app, other), before):
        each.merge(endpoint_id, **document)
    rows = {
        name: row_of_document({"Id": name, **document}, application_id=app.application_id)
        for name, document in documents.items()
    }
    inserter = RowInserter(OneAtATime(app.row_client), app.endpoints_table, app.application_id)
    done = dict(zip(rows, finish(inserter.insert([*rows.values()], NOW)), strict=True))
    later = [name for name in rows if not done[name]]
    for name in later:
        merge(app, rows[name])
    for name in (*(name for name in rows if done[name]), *later):
        merge(other, rows[name])
    assert stored(app) == stored(other)


def merge(app: App, row: Row) -> None:
    with suppress(RowInvalidError):
        app.merge_row(row)

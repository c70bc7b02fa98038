"""A dry run judges rows as the merge does, and writes nothing."""

from collections.abc import Callable
from typing import Any
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st

from audience.aws.async_dynamodb import finish
from audience.endpoints import users
from audience.endpoints.json_rows import row_of_document
from audience.endpoints.rows import RowInvalidError
from audience.imports import dry_run
from audience.imports.dry_run import DryRun
from audience.imports.interval_rows import Merger
from tests.contract.endpoints.conftest import NOW, App

Document = dict[str, Any]

_ids = st.sampled_from(["e1", "e2", "e3", "e4"])
_addresses = st.sampled_from(
    [{}, {"Address": "a", "ChannelType": "SMS"}, {"Address": "b", "ChannelType": "SMS"}]
)
_users = st.sampled_from(
    [
        {},
        {"User": {"UserId": "u"}},
        {"User": {"UserId": "v"}},
        {"User": {"UserAttributes": {"x": ["1"]}}},
        {"User": {"UserId": "u", "UserAttributes": {"x": ["1"]}}},
    ]
)
_documents = st.one_of(
    st.builds(lambda name, address, user: {"Id": name, **address, **user}, _ids, _addresses, _users),
    st.sampled_from([{"User": {"UserId": "u"}}, {"User": {"UserId": "v", "UserAttributes": {"x": ["2"]}}}]),
)


def verdict(merger: Merger, app: App, document: Document) -> str:
    row = row_of_document(document, application_id=app.application_id)
    try:
        finish(merger.merge(row, NOW))
    except RowInvalidError as wrong:
        return f"{wrong.field}: {wrong.reason}"
    return "in"


@settings(deadline=None, max_examples=60)
@given(before=st.lists(_documents, max_size=4), rows=st.lists(_documents, max_size=8))
def test_every_row_is_judged_as_the_merge_judges_it(
    new_app: Callable[[], App], before: list[Document], rows: list[Document]
) -> None:
    app = new_app()
    with patch.object(users, "MAX_ENDPOINTS", 2), patch.object(dry_run, "MAX_ENDPOINTS", 2):
        for document in before:
            verdict(app.store, app, document)
        trial = DryRun(app.again())
        found = [verdict(trial, app, document) for document in rows]
        assert found == [verdict(app.store, app, document) for document in rows]


def test_an_endpoint_that_moves_makes_room_at_its_former_user(app: App) -> None:
    trial = DryRun(app.again())
    new = {"Id": "e", "Address": "a", "ChannelType": "SMS"}
    assert verdict(trial, app, {**new, "User": {"UserId": "old"}}) == "in"
    assert verdict(trial, app, {"Id": "e", "User": {"UserId": "new"}}) == "in"
    assert verdict(trial, app, {"User": {"UserId": "old"}}) == "User.UserId: 'old' has no endpoints"


def test_nothing_is_written(app: App) -> None:
    app.make("e", User={"UserId": "u"})
    state = app.registered.page(10, None), app.user("u"), app.names()
    trial = DryRun(app.again())
    document = {"Id": "f", "Address": "a", "ChannelType": "SMS", "Attributes": {"x": ["1"]}}
    assert verdict(trial, app, {**document, "User": {"UserId": "u", "UserAttributes": {"y": ["1"]}}}) == "in"
    assert (app.registered.page(10, None), app.user("u"), app.names()) == state


def test_attribute_names_that_the_rows_would_add_are_counted(app: App) -> None:
    trial = DryRun(app.again())
    first = {
        "Id": "e",
        "Address": "a",
        "ChannelType": "SMS",
        "Metrics": {f"m{number}": 1 for number in range(250)},
    }
    assert verdict(trial, app, first) == "in"
    assert verdict(trial, app, {"Id": "e", "Metrics": {"m0": 2}}) == "in"
    assert "the app has 250" in verdict(trial, app, {"Id": "e", "Metrics": {"new": 1}})

"""Names that leave an app count until they are freed, and no row that looks at them afresh gets one of them in."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audience.aws.async_dynamodb import finish
from audience.endpoints.attribute_names import MAX_NAMES
from audience.endpoints.json_rows import row_of_document
from audience.endpoints.leaving_names import LeavingNames
from audience.endpoints.rows import RowInvalidError
from tests.contract.endpoints.conftest import NOW, App


@pytest.fixture
def leaving(app: App, dynamodb: Any) -> LeavingNames:
    return LeavingNames(dynamodb.Table(app.control_table), app.application_id)


def attributes(first: int, last: int) -> dict[str, list[str]]:
    return {f"name-{number}": ["x"] for number in range(first, last)}


def names(first: int, last: int) -> list[str]:
    return [f"Attributes.{name}" for name in attributes(first, last)]


def bring(app: App, *ids: int) -> None:
    """Merge a row with these names, as a worker does that has just begun."""
    members = {"Id": "e", "Attributes": {f"name-{number}": ["x"] for number in ids}}
    row = row_of_document(members, application_id=app.application_id)
    finish(app.again().merge(row, NOW))


def test_a_row_with_a_name_that_leaves_is_refused_with_the_job_that_removes_it(app, leaving):
    app.make("e", Attributes=attributes(0, 2))
    leaving.mark(names(0, 1), "job-1")
    with pytest.raises(RowInvalidError, match=r"Attributes.name-0: is being removed .* by job job-1"):
        bring(app, 0, 1)
    bring(app, 1)


def test_a_worker_that_knows_no_name_does_not_add_one_that_leaves(app, leaving):
    """It read the names before another one brought this name."""
    app.make("e")
    app.merge("e", Attributes={"other": ["x"]})
    bring(app, 0)
    leaving.mark(names(0, 1), "job-1")
    with pytest.raises(RowInvalidError, match="is being removed"):
        app.merge("e", Attributes=attributes(0, 1))


def test_names_count_while_they_leave_and_are_free_afterwards(app, leaving):
    app.make("e", Attributes=attributes(0, MAX_NAMES))
    leaving.mark(names(0, 10), "job-1")
    with pytest.raises(RowInvalidError, match="the app has 250 custom attribute names already"):
        bring(app, 300)
    leaving.free("job-1")
    assert len(app.names()) == MAX_NAMES - 10
    bring(app, *range(300, 310))
    with pytest.raises(RowInvalidError, match="the app has 250"):
        bring(app, 310)


def test_a_worker_that_found_no_room_finds_it_once_names_are_free(app, leaving):
    app.make("e", Attributes=attributes(0, MAX_NAMES))
    with pytest.raises(RowInvalidError, match="the app has 250"):
        app.merge("e", Attributes=attributes(250, 251))
    leaving.mark(names(0, 1), "job-1")
    leaving.free("job-1")
    app.merge("e", Attributes=attributes(250, 251))
    assert len(app.names()) == MAX_NAMES


def test_a_freed_name_counts_again_once_a_row_brings_it(app, leaving):
    app.make("e", Attributes=attributes(0, 1))
    leaving.mark(names(0, 1), "job-1")
    leaving.free("job-1")
    assert app.names() == set()
    bring(app, 0)
    assert app.names() == {*names(0, 1)}


def test_names_that_a_job_did_not_remove_stay_and_can_be_used(app, leaving):
    app.make("e", Attributes=attributes(0, 2))
    leaving.mark(names(0, 2), "job-1")
    leaving.keep("job-1")
    bring(app, 0, 1)
    assert app.names() == {*names(0, 2)}


def test_a_name_that_two_jobs_remove_is_freed_by_the_later_one(app, leaving):
    app.make("e", Attributes=attributes(0, 1))
    leaving.mark(names(0, 1), "job-1")
    leaving.mark(names(0, 1), "job-2")
    leaving.free("job-1")
    with pytest.raises(RowInvalidError, match="job-2"):
        bring(app, 0)
    leaving.free("job-2")
    assert app.names() == set()


def test_of_an_app_that_is_gone_nothing_is_kept(app, leaving):
    leaving.mark(names(0, 1), "job-1")
    leaving.free("job-1")
    leaving.keep("job-1")
    assert app.names() == set()


def test_what_leaves_is_not_handed_over_to_a_user(app, leaving):
    """The removal may have been at the user already."""
    app.make("e", User={"UserAttributes": {"a": ["1"], "b": ["1"]}})
    leaving.mark(["User.UserAttributes.a"], "job-1")
    app.merge("e", User={"UserId": "u"})
    user = app.user("u") or {}
    assert "User.UserAttributes.b" in user
    assert "User.UserAttributes.a" not in user
    assert "User.UserAttributes.a" not in (app.item("e") or {})


ACTS = st.one_of(
    st.tuples(st.just("bring"), st.sets(st.integers(0, 7), min_size=1, max_size=3)),
    st.tuples(st.just("again"), st.just(frozenset())),
    st.tuples(st.sampled_from(["mark", "free", "keep"]), st.sets(st.integers(0, 7), max_size=3)),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(ACTS, max_size=14))
def test_the_names_of_an_app_are_those_of_a_model(new_app, dynamodb, acts):
    """A worker may use the names that it knew when it last looked, and looks again for any other."""
    app = new_app()
    leaving = LeavingNames(dynamodb.Table(app.control_table), app.application_id)
    app.make("e")
    used, gone, knew = set(), set(), set()
    store = app.again()
    for act, ids in acts:
        wanted = {f"Attributes.name-{number}" for number in ids}
        if act == "again":
            store, knew = app.again(), set()
        elif act == "mark":
            leaving.mark(wanted, "job")
            gone |= wanted & used
        elif act == "free":
            leaving.free("job")
            used, gone = used - gone, set()
        elif act == "keep":
            leaving.keep("job")
            gone = set()
        else:
            members = {"Id": "e", "Attributes": {f"name-{number}": ["x"] for number in ids}}
            row = row_of_document(members, application_id="x")
            if wanted <= knew:
                finish(store.merge(row, NOW))
            elif wanted & gone:
                with pytest.raises(RowInvalidError):
                    finish(store.merge(row, NOW))
                knew = used - gone
            else:
                finish(store.merge(row, NOW))
                used |= wanted
                knew = used - gone
        assert app.names() == used

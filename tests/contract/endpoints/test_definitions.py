"""A job that does not register endpoints defines them in its segment, and writes nothing to the table."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audience.aws.async_dynamodb import finish
from audience.endpoints.json_rows import row_of_document
from audience.endpoints.rows import RowInvalidError
from audience.imports.segment_only import SegmentOnly
from audience.segments.members import Member
from tests.contract.endpoints.conftest import NOW, App

LATER = "2026-02-03T04:05:06.000Z"


def defined(app: App, **members: Any) -> list[Member]:
    row = row_of_document(members, application_id=app.application_id)
    return finish(SegmentOnly(app.store).merge(row, LATER))


def test_a_new_endpoint_is_defined_and_not_made(app: App) -> None:
    (member,) = defined(
        app,
        Id="e",
        Address="a",
        ChannelType="SMS",
        Attributes={"a": ["1"], "b": []},
        User={"UserId": "u", "UserAttributes": {"t": ["2"], "s": []}},
    )
    assert member == Member(
        "e",
        "SMS",
        {
            "Address": "a",
            "Attributes": {"a": ["1"]},
            "ChannelType": "SMS",
            "CreationDate": LATER,
            "EffectiveDate": LATER,
            "EndpointStatus": "ACTIVE",
            "Id": "e",
            "User": {"UserId": "u", "UserAttributes": {"t": ["2"]}},
        },
    )
    assert app.registered.page(10, None) == ([], None)
    assert app.user("u") is None
    assert app.names() == set()


def test_a_partial_row_is_merged_with_the_registered_endpoint_which_stays_as_it_is(app: App) -> None:
    app.make("e", Attributes={"a": ["1"], "b": ["2"]}, OptOut="ALL")
    before = app.registered.get("e")
    assert before is not None
    (member,) = defined(app, Id="e", Attributes={"a": ["3"], "b": []}, Metrics={"m": 1})
    assert member.definition == {**before, "Attributes": {"a": ["3"]}, "Metrics": {"m": 1.0}}
    assert (member.definition["CreationDate"], member.channel) == (NOW, "EMAIL")
    assert app.registered.get("e") == before


def test_a_partial_row_without_a_registered_endpoint_is_a_bad_row(app: App) -> None:
    with pytest.raises(RowInvalidError, match="a new endpoint needs Address and ChannelType"):
        defined(app, Id="missing", OptOut="ALL")


def test_a_row_that_names_only_a_user_is_about_the_users_registered_endpoints(app: App) -> None:
    app.make("e", User={"UserId": "u"})
    assert defined(app, User={"UserId": "u"}) == [Member("e", "EMAIL")]
    with pytest.raises(RowInvalidError, match="'v' has no endpoints"):
        defined(app, User={"UserId": "v"})


_values = st.dictionaries(
    st.sampled_from(["a", "b"]), st.lists(st.sampled_from(["1", "2"]), max_size=2), max_size=2
)


@settings(deadline=None, max_examples=25)
@given(members=st.fixed_dictionaries({}, optional={
    "Attributes": _values,
    "OptOut": st.sampled_from(["ALL", "NONE"]),
    "EndpointStatus": st.just("INACTIVE"),
    "EffectiveDate": st.just("2020-01-01T00:00:00.000Z"),
    "CreationDate": st.just("2019-01-01T00:00:00.000Z"),
    "User": st.fixed_dictionaries({"UserAttributes": _values}, optional={"UserId": st.just("u")}),
}))  # fmt: skip
def test_the_definition_is_what_registering_the_row_would_have_made(
    new_app: Any, members: dict[str, Any]
) -> None:
    app = new_app()
    whole = {"Id": "e", "Address": "a", "ChannelType": "SMS", **members}
    (member,) = defined(app, **whole)
    app.merge_row(row_of_document(whole, application_id=app.application_id), LATER)
    assert member.definition == app.registered.get("e")


@pytest.mark.parametrize("given", [{}, {"UserId": "u"}, {"UserAttributes": {"t": ["3"], "s": []}}])
def test_user_attributes_that_a_registered_endpoint_holds_are_in_its_definition(
    app: App, given: dict[str, Any]
) -> None:
    app.make("f", User={"UserId": "u", "UserAttributes": {"t": ["of u"]}})
    app.make("e", User={"UserAttributes": {"t": ["1"], "s": ["2"]}})
    before = app.registered.get("e")
    (member,) = defined(app, Id="e", OptOut="ALL", **({"User": given} if given else {}))
    assert app.registered.get("e") == before
    app.merge("e", OptOut="ALL", **({"User": given} if given else {}))
    made = app.registered.get("e")
    assert made is not None
    assert member.definition is not None
    assert member.definition["User"] == made["User"]

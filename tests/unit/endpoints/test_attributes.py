"""Custom attributes: their names and values, in CSV by repeated columns and in JSON by lists."""

import pytest

from audience.endpoints.rows import RowInvalidError
from tests.unit.endpoints.reading import csv_row, json_row, new

KINDS = ["Attributes.", "User.UserAttributes."]


def test_a_repeated_column_is_a_multi_value_attribute() -> None:
    header = (
        "Id,Attributes.Interests,User.UserAttributes.Teams,Attributes.Interests,User.UserAttributes.Teams"
    )
    row = csv_row(header, "e,b,x,a,y")
    assert row.fields == {"Attributes.Interests": ["b", "a"]}
    assert row.user_attributes == {"User.UserAttributes.Teams": ["x", "y"]}


def test_an_empty_cell_is_no_value() -> None:
    row = csv_row("Id,Attributes.a,Attributes.a,Attributes.b", "e,,2,")
    assert row.fields == {"Attributes.a": ["2"]}


def test_names_are_case_sensitive_and_may_have_dots_and_spaces() -> None:
    row = csv_row("Id,Attributes.x,Attributes.X,Attributes.a.b c", "e,1,2,3")
    assert row.fields == {"Attributes.x": ["1"], "Attributes.X": ["2"], "Attributes.a.b c": ["3"]}
    assert json_row(Id="e", Attributes={"x": ["1"], "X": ["2"], "a.b c": ["3"]}).fields == row.fields


def test_a_bare_scalar_in_json_is_a_list_of_one() -> None:
    row = json_row(Id="e", Attributes={"a": "x", "b": 5, "c": True, "d": 1.5, "e": ["y", 7, False]})
    assert row.fields == {
        "Attributes.a": ["x"],
        "Attributes.b": ["5"],
        "Attributes.c": ["true"],
        "Attributes.d": ["1.5"],
        "Attributes.e": ["y", "7", "false"],
    }


def test_null_in_json_is_left_out() -> None:
    row = new(
        Attributes={"a": None}, Metrics=None, Location=None, Demographic={"Make": None}, User={"UserId": None}
    )
    assert row.fields == {"Address": "a", "ChannelType": "EMAIL"}
    assert json_row(Id="e", User={"UserAttributes": None}, Attributes=None, OptOut=None).fields == {}


def test_an_empty_list_in_json_removes_the_attribute() -> None:
    assert json_row(Id="e", Attributes={"a": []}).fields == {"Attributes.a": []}


def test_user_attributes_are_nested_in_the_user() -> None:
    row = json_row(Id="e", User={"UserId": "u", "UserAttributes": {"team": "a", "all": ["b", "c"]}})
    assert row.user_id == row.fields["User.UserId"] == "u"
    assert row.user_attributes == {"User.UserAttributes.team": ["a"], "User.UserAttributes.all": ["b", "c"]}


@pytest.mark.parametrize("kind", [*KINDS, "Metrics."])
def test_a_name_has_one_to_fifty_characters(kind: str) -> None:
    assert csv_row(f"Id,{kind}{'ä' * 50}", "e,1")
    for name in ("", "x" * 51):
        with pytest.raises(RowInvalidError, match="the name has not 1 to 50 characters") as wrong:
            csv_row(f"Id,{kind}{name}", "e,1")
        assert wrong.value.field == f"{kind}{name[:50]}"


@pytest.mark.parametrize("kind", KINDS)
def test_a_value_has_at_most_a_hundred_characters(kind: str) -> None:
    assert csv_row(f"Id,{kind}a", "e," + "ä" * 100)
    with pytest.raises(RowInvalidError, match="has 101 characters, more than 100") as wrong:
        csv_row(f"Id,{kind}a", "e," + "x" * 101)
    assert wrong.value.field == f"{kind}a"


@pytest.mark.parametrize("kind", KINDS)
def test_an_attribute_has_at_most_fifty_values(kind: str) -> None:
    header = "Id" + f",{kind}a" * 51
    assert csv_row(header, "e" + ",v" * 50 + ",")
    with pytest.raises(RowInvalidError, match="has 51 values, more than 50") as wrong:
        csv_row(header, "e" + ",v" * 51)
    assert wrong.value.field == f"{kind}a"


@pytest.mark.parametrize(
    ("members", "field", "reason"),
    [
        ({"Attributes": {"a": ["x" * 101]}}, "Attributes.a", "has 101 characters"),
        ({"Attributes": {"a": ["x"] * 51}}, "Attributes.a", "has 51 values, more than 50"),
        ({"Attributes": {"x" * 51: []}}, f"Attributes.{'x' * 50}", "the name has not 1 to 50 characters"),
        ({"Attributes": {"": ["x"]}}, "Attributes.", "the name has not 1 to 50 characters"),
        ({"Attributes": {"a": [["x"]]}}, "Attributes.a", "['x'] is not a list of strings"),
        ({"Attributes": {"a": {"b": 1}}}, "Attributes.a", "is not a list of strings"),
        ({"Attributes": ["a"]}, "Attributes", "['a'] is not an object"),
        ({"Metrics": {"": 1}}, "Metrics.", "the name has not 1 to 50 characters"),
        ({"Metrics": 5}, "Metrics", "5 is not an object"),
        ({"User": {"UserAttributes": {"a": {"b": 1}}}}, "User.UserAttributes.a", "is not a list of strings"),
        ({"User": {"UserAttributes": "a"}}, "User.UserAttributes", "'a' is not an object"),
        ({"User": "u"}, "User", "'u' is not an object"),
        ({"Location": []}, "Location", "[] is not an object"),
    ],
)
def test_json_of_another_shape_is_refused_with_the_name_of_its_field(
    members: dict[str, object], field: str, reason: str
) -> None:
    with pytest.raises(RowInvalidError) as wrong:
        new(**members)
    assert wrong.value.field == field
    assert reason in wrong.value.reason

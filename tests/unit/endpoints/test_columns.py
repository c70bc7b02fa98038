"""Columns by other names: what a job says of them, what is nearly known, what is left out."""

import pytest

from audience.endpoints.columns import ColumnRules, field_of
from audience.endpoints.csv_rows import CsvHeader
from audience.endpoints.json_members import JsonMembers
from audience.endpoints.json_rows import row_of_record
from audience.endpoints.near_columns import near_field
from audience.endpoints.rows import Row, RowInvalidError
from audience.ignored_names import IgnoredNames, first_names
from tests.unit.endpoints.reading import APP, csv_row, row_of_line

MAPPED = ColumnRules(
    {"email": "Address", "first_name": "User.UserAttributes.FirstName", "user.id": "User.UserId", "note": ""},
    {"ChannelType": "EMAIL", "Attributes.Source": "crm"},
)
EXPECTED = Row(
    "1",
    "u",
    {"Address": "a@example.com", "ChannelType": "EMAIL", "Attributes.Source": ["crm"], "User.UserId": "u"},
    {"User.UserAttributes.FirstName": ["Ada"]},
)


@pytest.mark.parametrize(
    ("column", "field"),
    [
        ("address", "Address"),
        ("CHANNELTYPE", "ChannelType"),
        ("user.userid", "User.UserId"),
        ("User.UserID", "User.UserId"),
        ("attributes.Plan", "Attributes.Plan"),
        ("user.userattributes.X", "User.UserAttributes.X"),
        ("metrics.M", "Metrics.M"),
        ("cohortid", "CohortId"),
        ("email", ""),
        ("Attributes", ""),
    ],
)
def test_a_column_is_known_in_any_case_and_an_attribute_keeps_its_own(column: str, field: str) -> None:
    assert field_of(column) == field


@pytest.mark.parametrize(
    ("column", "meant"),
    [
        ("Adress", "Address"),
        ("Attribute.Plan", "Attributes.Plan"),
        ("Attributes_Plan", "Attributes.Plan"),
        ("atributes.Plan", "Attributes.Plan"),
        ("User.UserAttribute.X", "User.UserAttributes.X"),
        ("UserAttributes.X", "User.UserAttributes.X"),
        ("Metric.Score", "Metrics.Score"),
        ("Channel Type", "ChannelType"),
        ("Location.Contry", "Location.Country"),
        ("opt_out", "OptOut"),
    ],
)
def test_a_column_that_is_nearly_known_is_said_to_be_meant(column: str, meant: str) -> None:
    assert near_field(column, ()) == meant
    assert near_field(column, {meant}) == ""
    assert [wrong.field for wrong in CsvHeader(f"Id,{column}".encode()).wrong] == [column]
    with pytest.raises(RowInvalidError, match="was probably meant"):
        csv_row(f"Id,{column}", "1,x")
    assert csv_row(f"Id,{column}", "1,x", ColumnRules({column: ""})) == Row("1")


@pytest.mark.parametrize(
    "column",
    [
        "email",
        "name",
        "id_number",
        "last_name",
        "phone",
        "Address2",
        "city",
        "user_id",
        "Idd",
        "x",
        "description",
        "attribute_set",
        "Emails",
    ],
)
def test_other_columns_are_left_out(column: str) -> None:
    assert near_field(column, ()) == ""
    header = CsvHeader(f"Id,{column},".encode())
    assert header.ignored == [column, "column 3, which has no name"]
    assert header.rows(b"1,x,y", APP) == [Row("1")]


def test_columns_and_constants_of_csv() -> None:
    assert csv_row("Id,email,first_name,user.id,note", "1,a@example.com,Ada,u,hi", MAPPED) == EXPECTED


def test_members_and_constants_of_json() -> None:
    line = (
        b'{"id":1,"email":"a@example.com","first_name":"Ada","user":{"id":"u","x":1},"note":"hi","y":{"z":1}}'
    )
    members = JsonMembers(MAPPED)
    assert row_of_record(line, APP, members) == EXPECTED
    assert members.ignored.sorted() == ["user.x", "y"]


def test_a_value_in_the_file_wins_over_a_constant() -> None:
    row = csv_row("Id,ChannelType,Attributes.Source", "1,SMS,", MAPPED)
    assert row.fields == {"ChannelType": "SMS", "Attributes.Source": ["crm"]}
    assert row_of_line(b'{"Id":"1","ChannelType":"","Attributes":{"Source":"x"}}', MAPPED).fields == {
        "ChannelType": "EMAIL",
        "Attributes.Source": ["x"],
    }


@pytest.mark.parametrize(
    ("line", "meant"),
    [(b'{"Id":"1","Adress":"x"}', "Address"), (b'{"Id":"1","Attribute":{"a":"x"}}', "Attributes.a")],
)
def test_a_member_that_is_nearly_known_fails_its_row(line: bytes, meant: str) -> None:
    with pytest.raises(RowInvalidError, match=f"{meant}. was probably meant"):
        row_of_line(line)


def test_members_of_files_are_known_in_any_case() -> None:
    line = b'{"id":"1","user":{"userId":"u","userAttributes":{"A":"x"}},"attributes":{"b":["y"]},"metrics":{"m":1}}'
    fields = {"User.UserId": "u", "Attributes.b": ["y"], "Metrics.m": 1.0}
    assert row_of_line(line) == Row("1", "u", fields, {"User.UserAttributes.A": ["x"]})


def test_the_first_hundred_names_are_those_of_all_whatever_the_parts() -> None:
    names = [f"{number:04d}" + "x" * number for number in range(1000)]
    parts = [IgnoredNames(), IgnoredNames()]
    for number, name in enumerate(names):
        parts[number % 2].add(name)
    found = first_names(*(part.sorted() for part in parts))
    assert found == first_names(found, found)
    assert (len(found), found[99][:4], max(map(len, found))) == (100, "0099", 100)

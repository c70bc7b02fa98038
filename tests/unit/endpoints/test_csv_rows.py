"""Rows of CSV files: header, cells, and files that name only users or only ids."""

import pytest

from audience.endpoints.columns import ColumnRules
from audience.endpoints.csv_rows import CsvHeader
from audience.endpoints.rows import Row, RowInvalidError
from tests.unit.endpoints.reading import APP, csv_row

EXAMPLE = "ChannelType, Address, Location.Country, Demographic.Platform, Demographic.Make, User.UserId"


def refused(header: str, record: str | bytes) -> tuple[str, str]:
    with pytest.raises(RowInvalidError) as wrong:
        csv_row(header, record, ColumnRules(fail_unknown=True))
    return wrong.value.field, wrong.value.reason


def test_header_cells_are_trimmed_as_in_awss_own_example() -> None:
    row = csv_row(EXAMPLE, "SMS,2065550182,CAN,Android,LG,example-user-id-1")
    assert row.user_id == "example-user-id-1"
    assert row.fields == {
        "ChannelType": "SMS",
        "Address": "2065550182",
        "Location.Country": "CAN",
        "Demographic.Platform": "Android",
        "Demographic.Make": "LG",
        "User.UserId": "example-user-id-1",
    }


@pytest.mark.parametrize("quote", ["", '"'])
def test_lines_that_end_in_cr_alone_are_refused(quote: str) -> None:
    lines = "\r".join(["Id,Address,ChannelType", f"1,{quote}a{quote},SMS", ""])
    with pytest.raises(RowInvalidError, match="a carriage return in it: lines must end in LF or CRLF"):
        CsvHeader(lines.encode())


def test_a_line_break_in_quotes_is_part_of_a_columns_name() -> None:
    assert CsvHeader(b'Id,"Attributes.a\r\nb"').columns == ["Id", "Attributes.a\r\nb"]


def test_an_empty_cell_leaves_the_value_unchanged() -> None:
    assert csv_row("Id,OptOut,Location.City,Metrics.m", "e,,,").fields == {}


def test_a_quoted_cell_is_read_unchanged_and_another_without_the_blanks_around_it() -> None:
    row = csv_row("Id,Attributes.a,Attributes.b,Attributes.c", 'e," x, ""y""\r\nz ", x ,""')
    assert row.fields == {"Attributes.a": [' x, "y"\r\nz '], "Attributes.b": ["x"]}


def test_blanks_around_ids_addresses_users_and_enumerations_are_dropped() -> None:
    header = "Id, Address, ChannelType, Attributes.Plan, User.UserId"
    expected = {
        "Address": "a@example.com",
        "ChannelType": "EMAIL",
        "Attributes.Plan": ["v"],
        "User.UserId": "u1",
    }
    for record in ("1, a@example.com, EMAIL, v, u1", '" 1 "," a@example.com\t"," email","v","u1 "'):
        row = csv_row(header, record)
        assert (row.endpoint_id, row.user_id, row.fields) == ("1", "u1", expected)


def test_a_cell_of_blanks_is_no_value() -> None:
    assert csv_row("Id,OptOut,Location.City", "e, ,\t").fields == {}


def test_columns_that_pinpoint_adds_to_exports_are_ignored() -> None:
    row = csv_row("Id,ApplicationId,CohortId,User.UserStatus,CreationDate", "e,other,7,ACTIVE,2019-01-01")
    assert row.fields == {"CreationDate": "2019-01-01T00:00:00.000Z"}


def test_a_column_without_a_name_may_exist_but_have_no_value() -> None:
    assert csv_row("Id,OptOut,", "e,ALL,").fields == {"OptOut": "ALL"}
    assert refused("Id,OptOut,", "e,ALL,x") == ("", "'' is not a column of an endpoint")


@pytest.mark.parametrize(
    ("header", "record", "field", "reason"),
    [
        ("Id,OptOut", "e", "", "has 1 columns where the header has 2"),
        ("Id,OptOut", "e,ALL,x", "", "has 3 columns where the header has 2"),
        ("Id,Location.Street", "e,x", "Location.Street", "'Location.Street' is not a column of an endpoint"),
        ("Id,OptOut,OptOut", "e,ALL,NONE", "OptOut", "the column is there twice"),
        ("Id,Id", "e,f", "Id", "the column is there twice"),
        ("Id,Metrics.m,Metrics.m", "e,1,2", "Metrics.m", "the column is there twice"),
        ("Address,ChannelType", "a,", "ChannelType", "a row without Id needs Address and ChannelType"),
        ("Address,ChannelType", ",SMS", "Address", "a row without Id needs Address and ChannelType"),
        ("Id,Address", ",", "Address", "a row without Id needs Address and ChannelType"),
        ("User.UserId,OptOut", "u,ALL", "Address", "a row without Id needs Address and ChannelType"),
        ("Id,OptOut", b"e,\xe4\xf6", "", "not UTF-8 at byte 3 of the row"),
        ("Id,OptOut", 'e,"ALL', "", "not CSV: unexpected end of data"),
        ("Id,OptOut", 'e,"ALL"x', "", "not CSV: ',' expected after '\"'"),
        ("Id,RequestId", "e," + "x" * 15360, "", "the endpoint is too large: more than 15360 bytes"),
        ("Id,RequestId", 'e,"' + "x" * 200_000 + '"', "", "the endpoint is too large: more than 15360 bytes"),
        ("Id,OptOut", "x" * 1023 + ",ALL", "Id", "longer than 1022 bytes"),
        ("Id,User.UserId", "e," + "ä" * 512, "User.UserId", "longer than 1022 bytes"),
    ],
)
def test_a_bad_row_names_its_field_and_the_reason(
    header: str, record: str | bytes, field: str, reason: str
) -> None:
    found = refused(header, record)
    assert found[0] == field
    assert found[1].startswith(reason)


def reasons(header: str, record: str) -> list[str]:
    with pytest.raises(RowInvalidError) as wrong:
        csv_row(header, record)
    return [str(reason) for reason in wrong.value.reasons]


def test_a_bad_row_tells_all_that_is_wrong_with_it() -> None:
    header = "Address,ChannelType,OptOut,Location.Latitude,Attributes.a,User.UserAttributes.b"
    found = reasons(header, f"a,MAIL,SOME,91,{'x' * 101},{'y' * 101}")
    fields = ["ChannelType", "OptOut", "Location.Latitude", "Attributes.a", "User.UserAttributes.b"]
    assert [reason.split(":")[0] for reason in found] == fields


@pytest.mark.parametrize(
    ("header", "record", "fields"),
    [
        ("Address,ChannelType", "a,MAIL", ["ChannelType"]),
        ("ChannelType,OptOut", "MAIL,SOME", ["ChannelType", "OptOut", "Address"]),
        ("OptOut", "SOME", ["OptOut", "Address"]),
        ("Id,Id,OptOut", "a,b,SOME", ["Id", "OptOut"]),
        (f"User.UserId,User.UserAttributes.{'x' * 51}", "u,v", [f"User.UserAttributes.{'x' * 50}"]),
        ("User.UserId,OptOut", "u,SOME", ["OptOut", "Address"]),
    ],
)
def test_what_is_missing_is_told_beside_what_is_wrong_but_a_wrong_field_is_not_missing(
    header: str, record: str, fields: list[str]
) -> None:
    assert [reason.split(":")[0] for reason in reasons(header, record)] == fields


def test_a_hundred_reasons_of_a_row_are_told_and_the_others_counted() -> None:
    found = reasons("Id," + ",".join(["Metrics.m"] * 150), "e," + ",".join(["x"] * 150))
    assert len(found) == 101
    assert found[-1] == "and 50 more"


def test_a_column_name_as_long_as_a_row_is_cut_short_in_the_failure() -> None:
    field, reason = refused("Id," + "x" * 100_000, "e,1")
    assert len(field) == 100
    assert len(reason) < 200


@pytest.mark.parametrize(
    ("record", "users"),
    [
        ("u1", ["u1"]),
        ("u1 u2  u3 ", ["u1", "u2", "u3"]),
        ('"u 1"', ["u 1"]),
        ("user@example.com", ["user@example.com"]),
    ],
)
def test_a_file_of_user_ids_has_one_or_several_on_a_line(record: str, users: list[str]) -> None:
    rows = CsvHeader(b"User.UserId").rows(record.encode(), APP)
    assert rows == [Row(user_id=user, fields={"User.UserId": user}) for user in users]


def test_a_line_of_user_ids_with_another_cell_is_refused() -> None:
    assert refused("User.UserId", "u1 u2,u3") == ("", "has 2 columns where the header has 1")


def test_a_space_in_a_user_id_among_other_columns_is_part_of_it() -> None:
    assert csv_row("Id,User.UserId", "e,u 1").user_id == "u 1"


def test_a_row_that_names_only_a_user_may_have_user_attributes() -> None:
    row = csv_row("User.UserId,User.UserAttributes.team", "u,a")
    assert (row.endpoint_id, row.user_id) == ("", "u")
    assert row.user_attributes == {"User.UserAttributes.team": ["a"]}


def test_a_file_of_ids_names_endpoints_without_fields() -> None:
    assert csv_row("Id", "id with spaces/and:slashes") == Row(endpoint_id="id with spaces/and:slashes")


def test_an_id_and_one_attribute_is_a_partial_update() -> None:
    row = csv_row("Id,Attributes.X", "e,1")
    assert row == Row(endpoint_id="e", fields={"Attributes.X": ["1"]})
    assert not row.creates


@pytest.mark.parametrize(
    ("header", "known"),
    [
        ("Id", True),
        ("x, y ,User.UserId", True),
        ("Attributes.a", True),
        ("Metrics.a", True),
        ("User.UserAttributes.a", True),
        ("Location.Latitude", True),
        ("email,phone", False),
        ("ApplicationId", False),
        ("", False),
    ],
)
def test_a_header_is_known_by_any_column_of_an_endpoint(header: str, known: bool) -> None:
    assert CsvHeader(header.encode()).known is known

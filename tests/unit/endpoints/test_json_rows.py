"""Rows of newline-delimited JSON: an endpoint object a line, also as Pinpoint's own exports have it."""

import orjson
import pytest

from audience.endpoints.columns import ColumnRules
from audience.endpoints.rows import Row, RowInvalidError
from tests.unit.endpoints.reading import json_row, new, row_of_line


def refused(record: bytes) -> tuple[str, str]:
    with pytest.raises(RowInvalidError) as wrong:
        row_of_line(record, ColumnRules(fail_unknown=True))
    return wrong.value.field, wrong.value.reason


def test_a_line_of_pinpoints_own_export_is_read() -> None:
    exported = {
        "Id": "example-endpoint-1", "ChannelType": "EMAIL", "Address": "a@example.com", "EndpointStatus": "INACTIVE",
        "OptOut": "NONE", "RequestId": "r", "EffectiveDate": "2020-02-26T19:56:11.462Z", "CohortId": "42",
        "Location": {"Country": "USA"}, "Demographic": {"Platform": "ios"}, "Attributes": {"x": ["1", "2"]},
        "Metrics": {"m": 3.0}, "User": {"UserId": "u", "UserAttributes": {"Color": ["purple"]}},
        "ApplicationId": "of another app", "CreationDate": "2019-02-26T19:56:11.462Z",
    }  # fmt: skip
    row = row_of_line(orjson.dumps(exported))
    assert row == Row(
        endpoint_id="example-endpoint-1",
        user_id="u",
        fields={
            "ChannelType": "EMAIL", "Address": "a@example.com", "EndpointStatus": "INACTIVE", "OptOut": "NONE",
            "RequestId": "r", "EffectiveDate": "2020-02-26T19:56:11.462Z", "Location.Country": "USA",
            "Demographic.Platform": "ios", "Attributes.x": ["1", "2"], "Metrics.m": 3.0, "User.UserId": "u",
            "CreationDate": "2019-02-26T19:56:11.462Z",
        },
        user_attributes={"User.UserAttributes.Color": ["purple"]},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("record", "field", "reason"),
    [
        (b'{"Id": ', "", "not JSON: unexpected end of data"),
        (b'{"Id": "e"} {"Id": "f"}', "", "not JSON: "),
        (b'{"Id": "e"},', "", "not JSON: "),
        (b"{'Id': 'e'}", "", "not JSON: "),
        (b"Id,Address", "", "not JSON: "),
        (b'{"Id": "\xe4"}', "", "not UTF-8 at byte 9 of the row"),
        (b'{"Id": "\\ud800"}', "", "not JSON: "),
        (b'{"Metrics": {"m": NaN}}', "", "not JSON: "),
        (b"[" * 100_000, "", "not JSON: "),
        (b'["e"]', "", "not a JSON object: one endpoint object a line is expected"),
        (b'"e"', "", "not a JSON object"),
        (b"null", "", "not a JSON object"),
        (b'{"Id": [5]}', "Id", "[5] is not a string"),
        (b'{"Id": "e", "Location": {"Street": "x"}}', "Location.Street", "'Location.Street' is not a member"),
        (b'{"Id": "e", "User": {"Id": "x"}}', "User.Id", "'User.Id' is not a member of an endpoint"),
        (b'{"Id": "e", "Location.City": "x"}', "Location.City", "is not a member of an endpoint: nest it"),
        (b'{"Id": "e", "User": {"UserAttributes.a": "x"}}', "User.UserAttributes.a", "is not a member"),
        (b"{}", "Address", "a row without Id needs Address and ChannelType"),
        (b'{"Address": "a"}', "ChannelType", "a row without Id needs Address and ChannelType"),
        (b'{"Id": "", "ChannelType": "SMS"}', "Address", "a row without Id needs Address and ChannelType"),
        (
            b'{"User": {"UserAttributes": {"a": "x"}}}',
            "Address",
            "a row without Id needs Address and Channel",
        ),
    ],
)
def test_a_bad_row_names_its_field_and_the_reason(record: bytes, field: str, reason: str) -> None:
    found = refused(record)
    assert found[0] == field
    assert found[1].startswith(reason) or reason in found[1]


def test_a_bad_row_tells_all_that_is_wrong_with_it() -> None:
    document = {
        "Address": "a", "ChannelType": "MAIL", "nothing": 1, "Location": {"Latitude": 91, "Street": "x"}, "User": 5,
        "Attributes": {"a": "x" * 101, "b": {}, "c": "good"}, "Metrics": {"m": "x"}, "Location.City": "x",
    }  # fmt: skip
    with pytest.raises(RowInvalidError) as wrong:
        row_of_line(orjson.dumps(document), ColumnRules(fail_unknown=True))
    assert [field for field, _ in wrong.value.reasons] == [
        "ChannelType", "Location.Latitude", "User", "Attributes.a", "Attributes.b", "Metrics.m", "nothing",
        "Location.Street", "Location.City",
    ]  # fmt: skip


def test_a_member_name_as_long_as_a_row_is_cut_short_in_the_failure() -> None:
    field, reason = refused(orjson.dumps({"Id": "e", "x" * 100_000: 1}))
    assert len(field) == 100
    assert len(reason) < 200


def test_a_row_is_at_most_fifteen_kilobytes_of_names_and_values() -> None:
    def values(count: int) -> dict[str, list[str]]:
        return {f"{number:02d}": ["x" * 98] for number in range(count)}

    assert len(new(Attributes=values(100)).fields) == 102
    for members in ({"Attributes": values(140)}, {"User": {"UserId": "u", "UserAttributes": values(140)}}):
        with pytest.raises(RowInvalidError, match="the endpoint is too large: more than 15360 bytes"):
            new(**members)


def test_a_row_of_a_user_alone_has_no_endpoint() -> None:
    row = json_row(User={"UserId": "u", "UserAttributes": {"a": "x"}})
    assert (row.endpoint_id, row.user_id, row.key) == ("", "u", "u")


def test_numbers_and_booleans_where_text_is_meant_become_their_text_and_null_is_not_given() -> None:
    record = (
        b'{"Id":101,"User":{"UserId":101,"UserStatus":"ACTIVE"},"Location":{"PostalCode":1234,"City":true},'
    )
    row = row_of_line(record + b'"Attributes":{"A":[null],"B":[null,7]},"Metrics":{"n":null}}')
    assert (row.endpoint_id, row.user_id) == ("101", "101")
    assert row.fields == {
        "User.UserId": "101",
        "Location.PostalCode": "1234",
        "Location.City": "true",
        "Attributes.B": ["7"],
    }


@pytest.mark.parametrize("number", ["89014103211118510720", "1.10", "1e3", "-0", "0.10", "1234567890123456"])
def test_a_number_keeps_its_text_as_it_stands_in_the_file(number: str) -> None:
    record = f'{{"Id":"e","Attributes":{{"Iccid":{number},"Listed":[ {number}]}},"Metrics":{{"m":{number}}}}}'
    fields = row_of_line(record.encode()).fields
    assert (fields["Attributes.Iccid"], fields["Attributes.Listed"]) == ([number], [number])
    assert fields["Metrics.m"] == float(number) + 0.0

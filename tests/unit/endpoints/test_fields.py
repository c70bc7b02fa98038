"""What the fields of an endpoint may hold, the same in CSV and in JSON."""

from typing import Any

import pytest

from audience.endpoints.fields import CHANNELS, TEXTS
from audience.endpoints.rows import Row, RowInvalidError
from tests.unit.endpoints.reading import csv_row, json_row

FORMATS = ["CSV", "JSON"]


def row_with(column: str, value: Any, form: str) -> Row:
    """A row of the endpoint `e` with one field more."""
    if form == "CSV":
        return csv_row(f"Id,{column}", f'e,"{value}"')
    group, _, member = column.partition(".")
    return json_row(**{"Id": "e", group: {member: value} if member else value})


def refused(column: str, value: Any, form: str) -> str:
    with pytest.raises(RowInvalidError) as wrong:
        row_with(column, value, form)
    assert wrong.value.field == column
    return wrong.value.reason


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("channel", sorted(CHANNELS))
def test_channels_may_be_in_any_case(channel: str, form: str) -> None:
    for written in (channel, channel.lower(), f" {channel.title()} "):
        assert row_with("ChannelType", written, form).fields["ChannelType"] == channel


def test_there_are_thirteen_channels() -> None:
    assert len(CHANNELS) == 13


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize(
    ("column", "value", "stored"),
    [
        ("OptOut", "all", "ALL"),
        ("OptOut", "None", "NONE"),
        ("EndpointStatus", "inactive", "INACTIVE"),
        ("EndpointStatus", "ACTIVE", "ACTIVE"),
        ("EffectiveDate", "2018-05-24T21:26:33.995Z", "2018-05-24T21:26:33.995Z"),
        ("EffectiveDate", "2018-05-24T21:26:33", "2018-05-24T21:26:33.000Z"),
        ("CreationDate", "2018-05-24", "2018-05-24T00:00:00.000Z"),
        ("CreationDate", "2018-05-24T23:30:00.123456+02:00", "2018-05-24T21:30:00.123Z"),
        ("CreationDate", " 2018-05-24T21:26:33Z ", "2018-05-24T21:26:33.000Z"),
        ("Location.Country", "NO", "NO"),
        ("Location.Country", "nor", "nor"),
        ("Location.Latitude", "59.94", 59.9),
        ("Location.Latitude", "-90", -90.0),
        ("Location.Longitude", "10.749", 10.7),
        ("Location.Longitude", "-0.04", 0.0),
        ("Metrics.height", " 1.5e3 ", 1500.0),
        ("Metrics.zero", "-0", 0.0),
        ("Metrics.precise", "0.1234567890123", 0.1234567890123),
        ("RequestId", " kept as it is ", " kept as it is "),
    ],
)
def test_a_value_is_stored_in_its_normal_form(column: str, value: str, stored: object, form: str) -> None:
    found = row_with(column, value, form).fields[column]
    assert (found, type(found)) == (stored, type(stored))
    assert str(found) == str(stored)  # no -0.0


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("ChannelType", "FAX", "'FAX' is not one of ADM, APNS,"),
        ("OptOut", "SOME", "'SOME' is not one of ALL, NONE"),
        ("EndpointStatus", "GONE", "'GONE' is not one of ACTIVE, INACTIVE"),
        (
            "EffectiveDate",
            "24.5.2018",
            "'24.5.2018' is not an ISO 8601 date such as 2018-05-24T21:26:33.995Z",
        ),
        ("EffectiveDate", "2018-02-30", "is not an ISO 8601 date"),
        ("CreationDate", "1527197193", "is not an ISO 8601 date"),
        ("CreationDate", "0001-01-01T00:00:00+05:00", "is not an ISO 8601 date"),
        ("Location.Country", "N", "'N' is not a country code of two or three letters"),
        ("Location.Country", "Norway", "is not a country code"),
        ("Location.Country", "N0", "is not a country code"),
        ("Location.Country", "ÅL", "is not a country code"),
        ("Location.Latitude", "north", "'north' is not a number"),
        ("Location.Latitude", "90.1", "'90.1' is not between -90 and 90"),
        ("Location.Longitude", "-180.01", "is not between -180 and 180"),
        ("Metrics.m", "many", "'many' is not a number"),
        ("Metrics.m", "nan", "is not a number"),
        ("Metrics.m", "-Infinity", "is not a number"),
        ("Metrics.m", "1_000", "is not a number"),
        ("Metrics.m", "1,5", "is not a number"),
        ("Metrics.m", "1e126", "is outside of 1E-130 to 9.9E+125"),
        ("Metrics.m", "-1e-131", "is outside of 1E-130 to 9.9E+125"),
        ("Metrics.m", "9" * 5000, "is not a number"),
        ("OptOut", "x" * 5000, "…"),
    ],
)
def test_an_invalid_value_is_refused_with_the_value_and_what_is_allowed(
    column: str, value: str, reason: str, form: str
) -> None:
    told = refused(column, value, form)
    assert reason in told
    assert len(told) < 400


@pytest.mark.parametrize("column", sorted(set(TEXTS) - {"User.UserId"}))
def test_every_text_field_keeps_an_ordinary_value(column: str) -> None:
    ordinary = {"ChannelType": "SMS", "OptOut": "ALL", "EndpointStatus": "ACTIVE", "Location.Country": "NO"}
    value = ordinary.get(column, "2020-01-01T00:00:00.000Z")
    assert row_with(column, value, "CSV").fields == row_with(column, value, "JSON").fields == {column: value}


def test_json_numbers_may_be_numbers_or_text() -> None:
    row = json_row(Id="e", Location={"Latitude": 59, "Longitude": "10.7"}, Metrics={"a": 1, "b": "2.5"})
    assert row.fields == {
        "Location.Latitude": 59.0,
        "Location.Longitude": 10.7,
        "Metrics.a": 1.0,
        "Metrics.b": 2.5,
    }


@pytest.mark.parametrize("value", [True, [1], {"x": 1}])
def test_other_json_values_are_no_number(value: object) -> None:
    assert "is not a number" in refused("Location.Latitude", value, "JSON")
    assert "is not a number" in refused("Metrics.m", value, "JSON")


@pytest.mark.parametrize("value", [["a"], {"x": 1}])
@pytest.mark.parametrize("column", ["Address", "ChannelType", "EffectiveDate", "User.UserId", "Id"])
def test_other_json_values_are_no_text(column: str, value: object) -> None:
    assert "is not a string" in refused(column, value, "JSON")


@pytest.mark.parametrize("column", ["Address", "RequestId", "Location.City", "User.UserId"])
def test_an_empty_text_in_json_is_refused(column: str) -> None:
    assert refused(column, "", "JSON") == "is empty"

"""A row merges into its endpoint: what it names is set, nothing else changes."""

import pytest

from audience.endpoints.rows import RowInvalidError
from audience.segments.members import Member
from tests.contract.endpoints.conftest import NOW, App

LATER = "2026-02-03T04:05:06.000Z"


def test_a_new_endpoint_is_active_and_dated(app: App) -> None:
    assert app.make("e") == [Member("e", "EMAIL")]
    assert app.registered.get("e") == {
        "Address": "e@example.com",
        "ChannelType": "EMAIL",
        "CreationDate": NOW,
        "EffectiveDate": NOW,
        "EndpointStatus": "ACTIVE",
        "Id": "e",
    }


def test_fields_left_out_stay_and_a_supplied_list_replaces_that_list_alone(app: App) -> None:
    app.make(
        "e",
        OptOut="ALL",
        Attributes={"a": ["1", "2"], "b": ["3"]},
        Location={"City": "Oslo"},
        Metrics={"m": 1},
    )
    app.merge("e", Attributes={"a": ["4"]}, Location={"Country": "NOR"}, now=LATER)
    endpoint = app.registered.get("e")
    assert endpoint is not None
    assert endpoint["OptOut"] == "ALL"
    assert endpoint["Attributes"] == {"a": ["4"], "b": ["3"]}
    assert endpoint["Location"] == {"City": "Oslo", "Country": "NOR"}
    assert endpoint["Metrics"] == {"m": 1.0}
    assert (endpoint["CreationDate"], endpoint["EffectiveDate"]) == (NOW, LATER)


def test_an_empty_list_removes_the_attribute(app: App) -> None:
    app.make("e", Attributes={"a": ["1"], "b": ["2"]})
    app.merge("e", Attributes={"a": []})
    assert app.registered.get("e")["Attributes"] == {"b": ["2"]}  # type: ignore[index]


def test_attribute_values_may_be_empty_texts(app: App) -> None:
    app.make("e", Attributes={"a": ["", "x"]})
    assert app.registered.get("e")["Attributes"] == {"a": ["", "x"]}  # type: ignore[index]


def test_an_updated_endpoint_is_active_again_unless_the_row_sets_its_status(app: App) -> None:
    app.make("e", EndpointStatus="INACTIVE")
    assert app.registered.get("e")["EndpointStatus"] == "INACTIVE"  # type: ignore[index]
    app.merge("e", OptOut="NONE")
    assert app.registered.get("e")["EndpointStatus"] == "ACTIVE"  # type: ignore[index]


def test_a_migrated_endpoint_keeps_its_creation_date(app: App) -> None:
    app.make("e", CreationDate="2019-01-01T00:00:00.000Z", EffectiveDate="2020-01-01T00:00:00.000Z")
    app.make("e", OptOut="ALL", now=LATER)
    endpoint = app.registered.get("e")
    assert endpoint is not None
    assert (endpoint["CreationDate"], endpoint["EffectiveDate"]) == ("2019-01-01T00:00:00.000Z", LATER)


def test_the_same_row_twice_changes_nothing(app: App) -> None:
    for _ in range(2):
        app.make("e", User={"UserId": "u", "UserAttributes": {"x": ["1"]}}, Attributes={"a": ["1"]})
        first = app.registered.get("e"), app.ids_of("u")
    assert (app.registered.get("e"), app.ids_of("u")) == first


def test_a_row_without_id_is_the_same_endpoint_every_time(app: App) -> None:
    (one,) = app.merge(Address="a@example.com", ChannelType="EMAIL", OptOut="ALL")
    (two,) = app.merge(Address="a@example.com", ChannelType="email", Location={"City": "Oslo"})
    assert one == two
    documents, _ = app.registered.page(10, None)
    assert [(document["Id"], document["OptOut"]) for document in documents] == [(one.endpoint_id, "ALL")]


def test_an_id_alone_names_an_endpoint_and_changes_nothing(app: App) -> None:
    app.make("e")
    before = app.registered.get("e")
    assert app.merge("e", now=LATER) == [Member("e", "EMAIL")]
    assert app.registered.get("e") == before


@pytest.mark.parametrize(
    ("members", "field"),
    [({}, "Address"), ({"Address": "a"}, "ChannelType"), ({"Attributes": {"new": ["1"]}}, "Address")],
)
def test_an_endpoint_that_is_not_there_needs_address_and_channel(
    app: App, members: dict[str, object], field: str
) -> None:
    with pytest.raises(RowInvalidError, match="a new endpoint needs Address and ChannelType") as wrong:
        app.merge("missing", **members)
    assert wrong.value.field == field
    assert app.registered.get("missing") is None
    assert app.names() == set()


def test_the_channel_of_a_partial_row_is_the_one_that_is_stored(app: App) -> None:
    app.make("e", ChannelType="SMS")
    assert app.merge("e", Address="+4712345678") == [Member("e", "SMS")]
    assert app.merge("e", ChannelType="VOICE") == [Member("e", "VOICE")]


def test_every_field_of_the_contract_is_kept(app: App) -> None:
    document = {
        "Address": "token",
        "ChannelType": "APNS_VOIP_SANDBOX",
        "CreationDate": "2020-01-01T00:00:00.000Z",
        "Demographic": {
            "AppVersion": "1",
            "Locale": "nb_NO",
            "Make": "a",
            "Model": "b",
            "ModelVersion": "2",
            "Platform": "ios",
            "PlatformVersion": "17",
            "Timezone": "Europe/Oslo",
        },
        "EffectiveDate": "2021-01-01T00:00:00.000Z",
        "EndpointStatus": "INACTIVE",
        "Id": "arn:aws/with:slashes und Umlauten: äöü",
        "Location": {
            "City": "Oslo",
            "Country": "NO",
            "Latitude": 59.9,
            "Longitude": -10.8,
            "PostalCode": "0150",
            "Region": "Oslo",
        },
        "Metrics": {"a.b": -0.5, "c": 1e100},
        "OptOut": "ALL",
        "RequestId": "r",
        "User": {"UserId": "u", "UserAttributes": {"x.y": ["1", "2"]}},
        "Attributes": {"one.two": ["3"], "x y#:": ["4"]},
    }
    app.merge(document["Id"], **{name: value for name, value in document.items() if name != "Id"})
    assert app.registered.get(document["Id"]) == document  # type: ignore[arg-type]


def test_a_row_that_would_make_its_endpoint_too_large_is_a_bad_row(app: App) -> None:
    app.make("e")
    values = ["x" * 100] * 50

    def grow() -> None:
        for number in range(100):
            app.merge("e", Attributes={f"{number}-{inner}": values for inner in range(2)})

    with pytest.raises(RowInvalidError, match="too large together with what is stored already"):
        grow()
    assert app.registered.get("e") is not None

"""PutEvents, through a stock client where that lets it through."""

import json

import pytest

from audience.aws.clients import dynamodb_client
from audience.events.store import EventStore
from tests.api.test_endpoints import MAIL, ODD_IDS, get

WHEN = "2018-05-24T21:26:33.995Z"
VIEW = {"EventType": "view", "Timestamp": WHEN}
OK = {"StatusCode": 202, "Message": "Accepted"}


@pytest.fixture
def put(pinpoint, app_id):
    """Puts the events of one endpoint; returns what became of it."""

    def put(endpoint_id, events, **endpoint):
        batch = {endpoint_id: {"Endpoint": endpoint, "Events": events}}
        answer = pinpoint.put_events(ApplicationId=app_id, EventsRequest={"BatchItem": batch})
        return answer["EventsResponse"]["Results"][endpoint_id]

    return put


@pytest.fixture
def refused(http, app_id):
    """The words with which one event is refused."""

    def refused(event, event_id="bad"):
        body = {"BatchItem": {"e": {"Endpoint": {}, "Events": {event_id: event, "good": VIEW}}}}
        answer = http("POST", f"/v1/apps/{app_id}/events", body)
        assert answer.status == 202
        events = answer.json["Results"]["e"]["EventsItemResponse"]
        assert events["good"] == OK
        assert events[event_id]["StatusCode"] == 400
        return events[event_id]["Message"]

    return refused


@pytest.fixture
def stored(stack, app_id):
    """The events of an endpoint, by id."""
    store = EventStore(dynamodb_client(), stack.variables["ENDPOINTS_TABLE"], app_id)
    return lambda endpoint_id: {found.event_id: found for found in store.of_endpoint(endpoint_id)}


def test_events_are_accepted_and_kept_as_they_are(pinpoint, app_id, stored):
    event = {
        "AppPackageName": "com.example",
        "AppTitle": "Shop",
        "AppVersionCode": "1.2",
        "Attributes": {"colour": "grün"},
        "ClientSdkVersion": "3",
        "EventType": "view",
        "Metrics": {"price": 9.5},
        "SdkName": "sdk",
        "Session": {
            "Duration": 1000,
            "Id": "s",
            "StartTimestamp": "2018-05-24T20:00:00.000Z",
            "StopTimestamp": "2018-05-24T22:00:00.000Z",
        },
        "Timestamp": WHEN,
    }
    batch = {name: {"Endpoint": MAIL, "Events": {"1": event, "2": VIEW}} for name in ("one", "two")}
    answer = pinpoint.put_events(ApplicationId=app_id, EventsRequest={"BatchItem": batch})
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 202
    each = {"EndpointItemResponse": OK, "EventsItemResponse": {"1": OK, "2": OK}}
    assert answer["EventsResponse"] == {"Results": {"one": each, "two": each}}
    for name in ("one", "two"):
        assert get(pinpoint, app_id, name)["Address"] == MAIL["Address"]
        assert {found.document["EventType"] for found in stored(name).values()} == {"view"}
        assert stored(name)["1"].document == event
        assert stored(name)["2"].document == VIEW


def test_a_date_is_kept_in_its_one_spelling_and_a_null_is_left_out(http, app_id, stored):
    event = {
        **VIEW,
        "Timestamp": "2018-05-24T23:26:33.995+02:00",
        "AppTitle": None,
        "Attributes": {"a": None, "b": ""},
        "Session": {"Id": "s", "StartTimestamp": "2018-05-24", "Duration": None},
    }
    body = {"BatchItem": {"e": {"Endpoint": {"Address": None}, "Events": {"1": event}}}}
    answer = http("POST", f"/v1/apps/{app_id}/events", body)
    each = {"EndpointItemResponse": OK, "EventsItemResponse": {"1": OK}}
    assert (answer.status, answer.json) == (202, {"Results": {"e": each}})
    found = stored("e")["1"]
    session = {"Id": "s", "StartTimestamp": "2018-05-24T00:00:00.000Z"}
    assert found.timestamp == WHEN
    assert found.document == {**VIEW, "Attributes": {"b": ""}, "Session": session}


def test_an_endpoint_part_merges_as_update_endpoint_does(pinpoint, app_id, put):
    put("e", {}, **MAIL, Attributes={"a": ["1"], "b": ["1"]}, User={"UserId": "u"})
    put("e", {"1": VIEW}, Attributes={"a": ["2"]}, User={"UserAttributes": {"x": ["y"]}})
    found = get(pinpoint, app_id, "e")
    assert found["Attributes"] == {"a": ["2"], "b": ["1"]}
    assert found["User"] == {"UserId": "u", "UserAttributes": {"x": ["y"]}}


def test_an_empty_endpoint_part_changes_nothing(pinpoint, app_id, put):
    put("e", {}, **MAIL, EndpointStatus="INACTIVE")
    before = get(pinpoint, app_id, "e")
    assert put("e", {"1": VIEW})["EndpointItemResponse"] == OK
    assert get(pinpoint, app_id, "e") == before


def test_an_endpoint_that_does_not_exist_may_have_events(pinpoint, app_id, put, stored):
    assert put("e", {"1": VIEW}) == {"EndpointItemResponse": OK, "EventsItemResponse": {"1": OK}}
    assert stored("e").keys() == {"1"}
    with pytest.raises(pinpoint.exceptions.NotFoundException):
        get(pinpoint, app_id, "e")


@pytest.mark.parametrize(
    ("endpoint", "message"),
    [
        ({"OptOut": "ALL"}, "Address: a new endpoint needs Address and ChannelType"),
        ({**MAIL, "ChannelType": "FAX"}, "ChannelType: 'FAX' is not one of ADM, APNS"),
        ({**MAIL, "Nonsense": 1}, "Nonsense: 'Nonsense' is not a member of an endpoint"),
    ],
)
def test_an_endpoint_part_that_is_refused_does_not_cost_its_events(http, app_id, stored, endpoint, message):
    body = {"BatchItem": {"e": {"Endpoint": endpoint, "Events": {"1": VIEW}}}}
    answer = http("POST", f"/v1/apps/{app_id}/events", body).json["Results"]["e"]
    assert answer["EndpointItemResponse"]["StatusCode"] == 400
    assert answer["EndpointItemResponse"]["Message"].startswith(message)
    assert answer["EventsItemResponse"] == {"1": OK}
    assert stored("e").keys() == {"1"}


@pytest.mark.parametrize(
    ("event", "message"),
    [
        ({"Timestamp": WHEN}, "EventType: is required"),
        ({"EventType": "view"}, "Timestamp: is required"),
        ({}, "EventType: is required; Timestamp: is required"),
        ({**VIEW, "EventType": ""}, "EventType: '' is not a string of at least 1 character"),
        ({**VIEW, "EventType": "x" * 257}, "is not a string of at most 256 characters"),
        (
            {**VIEW, "Timestamp": "yesterday"},
            "Timestamp: 'yesterday' is not an ISO 8601 date such as 2018-05-24T21:26:33.995Z",
        ),
        ({**VIEW, "Timestamp": 1527197193}, "Timestamp: 1527197193 is not a string"),
        ({**VIEW, "Nonsense": 1}, "Nonsense: 1 is given, but Event has no such member"),
        ({**VIEW, "AppTitle": 1}, "AppTitle: 1 is not a string"),
        ({**VIEW, "Attributes": {"a": 1}}, "Attributes.a: 1 is not a string"),
        ({**VIEW, "Attributes": ["a"]}, "Attributes: ['a'] is not an object"),
        ({**VIEW, "Attributes": {"a" * 51: "x"}}, "is not a string of at most 50 characters"),
        ({**VIEW, "Attributes": {"a": "x" * 201}}, "is not a string of at most 200 characters"),
        ({**VIEW, "Metrics": {"m": "1"}}, "Metrics.m: '1' is not a number"),
        ({**VIEW, "Metrics": {"m": True}}, "Metrics.m: True is not a number"),
        (
            {
                **VIEW,
                "Attributes": {str(n): "" for n in range(21)},
                "Metrics": {str(n): 1 for n in range(20)},
            },
            "Attributes, Metrics: 41 names are more than 40",
        ),
        ({**VIEW, "Session": {"StartTimestamp": WHEN}}, "Session.Id: is required"),
        (
            {**VIEW, "Session": {"Id": "s", "StartTimestamp": "x"}},
            "Session.StartTimestamp: 'x' is not an ISO",
        ),
        ({**VIEW, "Session": {"Id": "s", "StartTimestamp": WHEN, "Duration": "1"}}, "is not a whole number"),
        ({**VIEW, "Session": "s"}, "Session: 's' is not an object"),
        ({**VIEW, "AppTitle": "x" * 360_000}, "bytes are more than 358400"),
        ("view", "The event: 'view' is not an object"),
        (None, "The event: None is not an object"),
        ({**VIEW, "x" * 360_000: 1}, "is given, but Event has no such member"),
    ],
)
def test_a_bad_event_costs_itself_alone_and_is_told_what_is_wrong(refused, stored, event, message):
    told = refused(event)
    assert message in told
    assert len(told) < 1000
    assert stored("e").keys() == {"good"}


@pytest.mark.parametrize("event_id", ["", "x" * 1025, "ä" * 513])
def test_an_event_id_has_to_fit_into_a_key(refused, event_id):
    assert "has not 1 to 1024 bytes" in refused(VIEW, event_id)


def test_an_event_may_be_as_large_as_it_can_be(put, stored):
    limits = {
        "Attributes": {f"{n:050d}": "ä" * 200 for n in range(40)},
        "AppTitle": "x" * 330_000,
        "EventType": "ä" * 256,
        "Timestamp": WHEN,
    }
    event_id, endpoint_id = "i" * 1024, "e" * 1022
    assert put(endpoint_id, {event_id: limits})["EventsItemResponse"] == {event_id: OK}
    assert stored(endpoint_id)[event_id].document == limits


@pytest.mark.parametrize("endpoint_id", ["", "x" * 1023])
def test_an_endpoint_id_that_cannot_be_is_told_to_all_its_items(put, endpoint_id):
    answer = put(endpoint_id, {"1": VIEW}, **MAIL)
    for item in (answer["EndpointItemResponse"], answer["EventsItemResponse"]["1"]):
        assert item["StatusCode"] == 400
        assert "has not 1 to 1022 bytes" in item["Message"]


@pytest.mark.parametrize("name", ODD_IDS)
def test_ids_may_hold_any_character(put, stored, name):
    assert put(name, {name: VIEW})["EventsItemResponse"] == {name: OK}
    assert stored(name)[name].endpoint_id == name


def test_an_event_that_is_sent_again_is_accepted_and_stays_as_it_was(put, stored):
    put("e", {"1": VIEW})
    before = stored("e")
    assert put("e", {"1": {**VIEW, "EventType": "other"}})["EventsItemResponse"] == {"1": OK}
    assert stored("e") == before


def test_a_hundred_events_are_taken_and_one_more_is_not(pinpoint, app_id, put, stored):
    events = {str(number): VIEW for number in range(100)}
    assert put("e", events)["EventsItemResponse"] == dict.fromkeys(events, OK)
    assert len(stored("e")) == 100
    batch = {
        "f": {"Endpoint": MAIL, "Events": events},
        "g": {"Endpoint": MAIL, "Events": {"1": VIEW}},
    }
    with pytest.raises(pinpoint.exceptions.BadRequestException, match="101 events are more than 100"):
        pinpoint.put_events(ApplicationId=app_id, EventsRequest={"BatchItem": batch})
    assert stored("f") == {}
    with pytest.raises(pinpoint.exceptions.NotFoundException):
        get(pinpoint, app_id, "f")


def test_a_request_of_more_than_four_megabytes_is_too_large(pinpoint, app_id):
    def request(size):
        events = {str(number): {**VIEW, "AppTitle": "x" * size} for number in range(16)}
        return {"BatchItem": {"e": {"Endpoint": {}, "Events": events}}}

    pinpoint.put_events(ApplicationId=app_id, EventsRequest=request(255_000))
    with pytest.raises(pinpoint.exceptions.PayloadTooLargeException, match="longer than 4194304 bytes"):
        pinpoint.put_events(ApplicationId=app_id, EventsRequest=request(263_000))


EMPTY = {"Endpoint": {}, "Events": {}}


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "BatchItem: None is not an object"),
        ({"BatchItem": []}, "BatchItem: [] is not an object"),
        ({"BatchItem": {}}, "BatchItem: 0 endpoints are not 1 to 100"),
        ({"BatchItem": {str(n): EMPTY for n in range(101)}}, "BatchItem: 101 endpoints are not 1 to 100"),
        ({"BatchItem": {"e": EMPTY}, "Other": 1}, "Other: EventsRequest has no such member"),
        ({"BatchItem": {"e": None}}, "BatchItem.e: None is not an object"),
        ({"BatchItem": {"e": {"Endpoint": {}}}}, "BatchItem.e.Events: None is not an object"),
        ({"BatchItem": {"e": {"Events": {}}}}, "BatchItem.e.Endpoint: None is not an object"),
        ({"BatchItem": {"e": {**EMPTY, "Events": [VIEW]}}}, "BatchItem.e.Events: [{"),
        ({"BatchItem": {"e": {**EMPTY, "Other": 1}}}, "BatchItem.e.Other: EventsBatch has no such member"),
    ],
)
def test_a_request_of_another_shape_is_refused_as_a_whole(http, app_id, body, message):
    answer = http("POST", f"/v1/apps/{app_id}/events", body)
    assert answer.status == 400
    assert answer.error.startswith(f"BadRequestException {message}")


def test_a_deleted_endpoint_takes_its_events_along(pinpoint, app_id, put, stored):
    put("e", {"1": VIEW}, **MAIL)
    put("f", {"1": VIEW}, **MAIL, User={"UserId": "u"})
    pinpoint.delete_endpoint(ApplicationId=app_id, EndpointId="e")
    pinpoint.delete_user_endpoints(ApplicationId=app_id, UserId="u")
    assert stored("e") == stored("f") == {}


def test_deleting_an_id_without_an_endpoint_removes_its_events(pinpoint, app_id, put, stored):
    put("e", {"1": VIEW})
    with pytest.raises(pinpoint.exceptions.NotFoundException):
        pinpoint.delete_endpoint(ApplicationId=app_id, EndpointId="e")
    assert stored("e") == {}


def test_a_deleted_app_takes_all_events_along(pinpoint, app_id, put, items_of):
    put("e", {"1": VIEW})
    pinpoint.delete_app(ApplicationId=app_id)
    assert app_id not in json.dumps([item["pk"] for item in items_of("ENDPOINTS_TABLE")])

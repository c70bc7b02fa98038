"""Endpoints, through a stock client."""

from concurrent.futures import ThreadPoolExecutor

import pytest

MAIL = {"ChannelType": "EMAIL", "Address": "a@example.org"}
ODD_IDS = (
    "plain",
    "a/b",
    "a:b",
    "100%",
    "%2F",
    "%41",
    "with space",
    "a+b",
    "ünï-コ-😀",
    "q?x=1#f",
    "..",
    "a;b=c,d",
)


def put(pinpoint, app_id, endpoint_id, **members):
    return pinpoint.update_endpoint(
        ApplicationId=app_id, EndpointId=endpoint_id, EndpointRequest={**MAIL, **members}
    )


def get(pinpoint, app_id, endpoint_id):
    return pinpoint.get_endpoint(ApplicationId=app_id, EndpointId=endpoint_id)["EndpointResponse"]


def test_an_endpoint_comes_back_as_it_was_put(pinpoint, app_id):
    members = {
        "Attributes": {"Interests": ["art", "sea"]},
        "Demographic": {"Locale": "de_DE", "Platform": "ios", "Timezone": "Europe/Berlin"},
        "EffectiveDate": "2018-05-24T21:26:33.995Z",
        "EndpointStatus": "INACTIVE",
        "Location": {"City": "Bonn", "Country": "DE", "Latitude": 50.7, "Longitude": 7.1},
        "Metrics": {"visits": 3.5},
        "OptOut": "ALL",
        "RequestId": "r-1",
        "User": {"UserId": "u-1", "UserAttributes": {"tier": ["gold"]}},
    }
    answer = put(pinpoint, app_id, "one", **members)
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 202
    assert answer["MessageBody"] == {
        "Message": "Accepted",
        "RequestID": answer["ResponseMetadata"]["RequestId"],
    }
    found = get(pinpoint, app_id, "one")
    assert found.pop("CreationDate")
    assert found == {"Id": "one", "ApplicationId": app_id, **MAIL, **members}


def test_members_that_an_endpoint_lacks_are_answered_with_defaults(pinpoint, app_id):
    put(pinpoint, app_id, "one")
    found = get(pinpoint, app_id, "one")
    assert (found["EndpointStatus"], found["OptOut"]) == ("ACTIVE", "NONE")
    assert found["CreationDate"] == found["EffectiveDate"]


def test_update_endpoint_merges_into_the_stored_endpoint(pinpoint, app_id):
    put(pinpoint, app_id, "one", Attributes={"a": ["1"], "b": ["1"]}, OptOut="ALL")
    pinpoint.update_endpoint(
        ApplicationId=app_id, EndpointId="one", EndpointRequest={"Attributes": {"a": ["2"]}}
    )
    found = get(pinpoint, app_id, "one")
    assert found["Attributes"] == {"a": ["2"], "b": ["1"]}
    assert (found["OptOut"], found["Address"]) == ("ALL", "a@example.org")


@pytest.mark.parametrize("endpoint_id", ODD_IDS)
def test_an_id_may_hold_any_character(pinpoint, app_id, endpoint_id):
    put(pinpoint, app_id, endpoint_id)
    assert get(pinpoint, app_id, endpoint_id)["Id"] == endpoint_id
    deleted = pinpoint.delete_endpoint(ApplicationId=app_id, EndpointId=endpoint_id)
    assert deleted["EndpointResponse"]["Id"] == endpoint_id


def test_a_deleted_endpoint_is_given_back_and_gone(pinpoint, app_id):
    put(pinpoint, app_id, "one")
    before = get(pinpoint, app_id, "one")
    answer = pinpoint.delete_endpoint(ApplicationId=app_id, EndpointId="one")
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 202
    assert answer["EndpointResponse"] == before
    with pytest.raises(pinpoint.exceptions.NotFoundException, match="there is no endpoint 'one'"):
        get(pinpoint, app_id, "one")
    with pytest.raises(pinpoint.exceptions.NotFoundException):
        pinpoint.delete_endpoint(ApplicationId=app_id, EndpointId="one")


def test_an_endpoint_of_another_app_is_not_found(pinpoint, app_id):
    other = pinpoint.create_app(CreateApplicationRequest={"Name": "other"})["ApplicationResponse"]["Id"]
    put(pinpoint, other, "one")
    with pytest.raises(pinpoint.exceptions.NotFoundException):
        get(pinpoint, app_id, "one")


def test_an_id_longer_than_any_is_refused_or_not_found(pinpoint, app_id):
    with pytest.raises(pinpoint.exceptions.BadRequestException, match="Id: longer than"):
        put(pinpoint, app_id, "x" * 1023)
    with pytest.raises(pinpoint.exceptions.NotFoundException, match="endpoint-id"):
        get(pinpoint, app_id, "x" * 1023)


def test_an_id_that_is_not_utf_8_is_not_found(http, app_id):
    assert http("GET", f"/v1/apps/{app_id}/endpoints/%ff").status == 404


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"ChannelType": "FAX", "Address": "a"}, "ChannelType: 'FAX' is not one of ADM, APNS"),
        ({"OptOut": "SOME", **MAIL}, "OptOut: 'SOME' is not one of ALL, NONE"),
        ({"Attributes": ["x"], **MAIL}, "Attributes: ['x'] is not an object"),
        ({"Nonsense": 1, **MAIL}, "Nonsense: 'Nonsense' is not a member of an endpoint"),
        ({"Address": [5], "ChannelType": "SMS"}, "Address: [5] is not a string"),
        ({"Address": "a"}, "ChannelType: a new endpoint needs Address and ChannelType"),
        ({}, "Address: a new endpoint needs Address and ChannelType"),
    ],
)
def test_an_endpoint_is_refused_in_words_that_name_the_member(http, app_id, body, message):
    answer = http("PUT", f"/v1/apps/{app_id}/endpoints/one", body)
    assert answer.status == 400
    assert answer.error.startswith(f"BadRequestException {message}")


def test_scalars_where_text_is_meant_become_their_text_as_it_was_sent(http, pinpoint, app_id):
    """The kinds of the file reader's tests, through each operation that takes an endpoint."""
    sent = (
        b'{"Id":"batch","ChannelType":"SMS","Address":89014103211118510720,"Location":{"PostalCode":1.10,'
        b'"City":true,"Latitude":50.75},"Attributes":{"a":[1e3,null,-0,7],"b":null},"Metrics":{"m":1e3},'
        b'"User":{"UserId":101}}'
    )
    http("PUT", f"/v1/apps/{app_id}/endpoints/one", sent)
    http("PUT", f"/v1/apps/{app_id}/endpoints", b'{"Item":[' + sent + b"]}")
    events = b'{"1":{"EventType":"x","Timestamp":"2018-05-24","Metrics":{"m":1.10}}}'
    body = b'{"BatchItem":{"put":{"Events":' + events + b',"Endpoint":' + sent + b"}}}"
    results = http("POST", f"/v1/apps/{app_id}/events", body).json["Results"]["put"]
    assert results["EventsItemResponse"]["1"]["StatusCode"] == 202
    for endpoint_id in ("one", "batch", "put"):
        found = get(pinpoint, app_id, endpoint_id)
        assert (found["Address"], found["User"]["UserId"]) == ("89014103211118510720", "101")
        assert found["Location"] == {"PostalCode": "1.10", "City": "true", "Latitude": 50.8}
        assert (found["Attributes"], found["Metrics"]) == ({"a": ["1e3", "-0", "7"]}, {"m": 1000.0})


def test_a_sixteenth_endpoint_of_a_user_is_refused(pinpoint, app_id):
    for number in range(15):
        put(pinpoint, app_id, str(number), User={"UserId": "u"})
    with pytest.raises(pinpoint.exceptions.BadRequestException, match="maximum endpoint per user count: 15"):
        put(pinpoint, app_id, "16th", User={"UserId": "u"})


def test_a_batch_puts_all_its_items(pinpoint, app_id):
    items = [{"Id": f"e{number}", **MAIL} for number in range(100)]
    answer = pinpoint.update_endpoints_batch(ApplicationId=app_id, EndpointBatchRequest={"Item": items})
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 202
    assert answer["MessageBody"]["Message"] == "Accepted"
    assert get(pinpoint, app_id, "e99")["Address"] == "a@example.org"


def test_a_batch_with_a_bad_item_puts_none(pinpoint, app_id):
    items = [{"Id": "good", **MAIL}, {"Id": "bad", "Address": "a", "ChannelType": "FAX"}]
    with pytest.raises(pinpoint.exceptions.BadRequestException, match=r"Item\[1\].ChannelType: 'FAX'"):
        pinpoint.update_endpoints_batch(ApplicationId=app_id, EndpointBatchRequest={"Item": items})
    with pytest.raises(pinpoint.exceptions.NotFoundException):
        get(pinpoint, app_id, "good")


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"Id": "bad", "OptOut": "ALL"}, "Address: a new endpoint needs Address and ChannelType"),
        ({"Id": "16th", **MAIL, "User": {"UserId": "u"}}, "Exceeded maximum endpoint per user count: 15"),
        ({"Id": "bad", **MAIL, "Attributes": {f"a{n}": ["x"] for n in range(251)}}, "250 custom attribute"),
    ],
)
def test_a_batch_with_an_item_that_cannot_go_in_as_things_are_puts_none(pinpoint, app_id, bad, message):
    for number in range(14):
        put(pinpoint, app_id, str(number), User={"UserId": "u"})
    items = [{"Id": "15th", **MAIL, "User": {"UserId": "u"}}, {"Id": "good", **MAIL}, bad]
    with pytest.raises(pinpoint.exceptions.BadRequestException, match=rf"Item\[2\]\..*{message}"):
        pinpoint.update_endpoints_batch(ApplicationId=app_id, EndpointBatchRequest={"Item": items})
    for item in items:
        with pytest.raises(pinpoint.exceptions.NotFoundException):
            get(pinpoint, app_id, item["Id"])
    found = pinpoint.get_user_endpoints(ApplicationId=app_id, UserId="u")["EndpointsResponse"]["Item"]
    assert len(found) == 14


def test_items_of_a_batch_may_build_on_those_before_them(pinpoint, app_id):
    items = [
        {"Id": "one", **MAIL, "User": {"UserId": "u"}, "Attributes": {"a": ["x"]}},
        {"Id": "one", "OptOut": "ALL", "User": {"UserAttributes": {"tier": ["gold"]}}},
    ]
    pinpoint.update_endpoints_batch(ApplicationId=app_id, EndpointBatchRequest={"Item": items})
    found = get(pinpoint, app_id, "one")
    assert (found["OptOut"], found["Attributes"]) == ("ALL", {"a": ["x"]})
    assert found["User"] == {"UserId": "u", "UserAttributes": {"tier": ["gold"]}}


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "Item: None is not a list of 1 to 100 endpoints"),
        ({"Item": []}, "Item: 0 endpoints is not a list of 1 to 100 endpoints"),
        ({"Item": [{"Id": str(n), **MAIL} for n in range(101)]}, "Item: 101 endpoints is not a list"),
        ({"Item": ["x"]}, "Item[0]: 'x' is not an object"),
        ({"Item": [{"Id": "new", "OptOut": "ALL"}]}, "Item[0].Address: a new endpoint needs Address"),
        ({"Item": [MAIL, {}]}, "Item[1].Address: a row without Id needs Address and ChannelType"),
        (
            {"Item": [{"Id": "e", "OptOut": "SOME", "Other": 1}]},
            "Item[0].OptOut: 'SOME' is not one of ALL, NONE; Item[0].Other: 'Other' is not a member",
        ),
    ],
)
def test_a_batch_is_refused_in_words_that_name_the_item(http, app_id, body, message):
    answer = http("PUT", f"/v1/apps/{app_id}/endpoints", body)
    assert answer.status == 400
    assert message in answer.error


def test_concurrent_puts_of_other_members_all_stay(pinpoint, app_id):
    put(pinpoint, app_id, "one")
    names = [f"a{number}" for number in range(16)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda name: put(pinpoint, app_id, "one", Attributes={name: ["x"]}), names))
    assert get(pinpoint, app_id, "one")["Attributes"] == {name: ["x"] for name in names}


def test_a_users_endpoints_share_the_users_attributes(pinpoint, app_id):
    put(pinpoint, app_id, "one", User={"UserId": "u/1 ü", "UserAttributes": {"tier": ["gold"]}})
    put(pinpoint, app_id, "two", User={"UserId": "u/1 ü"})
    found = pinpoint.get_user_endpoints(ApplicationId=app_id, UserId="u/1 ü")["EndpointsResponse"]["Item"]
    assert [endpoint["Id"] for endpoint in found] == ["one", "two"]
    assert {tuple(endpoint["User"]["UserAttributes"]["tier"]) for endpoint in found} == {("gold",)}
    assert {endpoint["ApplicationId"] for endpoint in found} == {app_id}


def test_a_users_endpoints_are_deleted_together(pinpoint, app_id):
    for name in ("one", "two"):
        put(pinpoint, app_id, name, User={"UserId": "u"})
    answer = pinpoint.delete_user_endpoints(ApplicationId=app_id, UserId="u")
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 202
    assert [endpoint["Id"] for endpoint in answer["EndpointsResponse"]["Item"]] == ["one", "two"]
    with pytest.raises(pinpoint.exceptions.NotFoundException, match="no endpoint of a user 'u'"):
        pinpoint.get_user_endpoints(ApplicationId=app_id, UserId="u")
    with pytest.raises(pinpoint.exceptions.NotFoundException):
        get(pinpoint, app_id, "one")

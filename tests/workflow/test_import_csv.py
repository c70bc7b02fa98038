"""What the cells of a CSV file come to."""

import csv
import io

import pytest

from tests.workflow.files import counted, people_csv

HEADER = "Id,Address,ChannelType"


def addresses(customer):
    return {name: endpoint["Address"] for name, endpoint in customer.endpoints().items()}


@pytest.mark.parametrize("size", [70, 150])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_quoted_line_breaks_are_read_right_wherever_a_piece_is_cut(customer, piece_bytes, size, line_end):
    piece_bytes(size)
    content = "\ufeff" + people_csv(0, 16, line_end)
    job = customer.imported(customer.put("a.csv", content))
    expected = counted("CSV", content)
    assert job["TotalPieces"] > 4
    assert (job["TotalProcessed"], job["TotalFailures"]) == (len(expected.good), expected.bad)
    rows = csv.DictReader(io.StringIO(content.removeprefix("\ufeff"), newline=""))
    written = {row["Id"]: row["Address"] for row in rows if row["ChannelType"] != "PIGEON"}
    assert addresses(customer) == written


def test_line_numbers_count_the_line_breaks_in_quotes(customer, piece_bytes):
    piece_bytes(100)
    rows = [f'a{number},"one\ntwo\nthree",EMAIL' for number in range(20)]
    content = "\n".join([HEADER, *rows, "bad,x,PIGEON"])
    job = customer.imported(customer.put("a.csv", content))
    assert job["TotalPieces"] > 4
    assert job["Failures"][0].startswith(f"{customer.url('a.csv')} line 62: ChannelType: 'PIGEON'")


def test_a_repeated_column_is_an_attribute_of_several_values(customer):
    columns = "Attributes.Likes,User.UserAttributes.Pets,Attributes.Likes,User.UserId,Attributes.Likes"
    customer.imported(customer.put("a.csv", f"{HEADER},{columns}\n1,a,EMAIL,tea,cat,,u1,milk\n"))
    endpoint = customer.endpoints()["1"]
    assert endpoint["Attributes"] == {"Likes": ["tea", "milk"]}
    assert endpoint["User"] == {"UserId": "u1", "UserAttributes": {"Pets": ["cat"]}}


def test_header_cells_are_trimmed_and_names_keep_their_case(customer):
    text = "ChannelType, Address , Id,Attributes.city,Attributes.City\nsms,+491,1,x,y\n"
    customer.imported(customer.put("a.csv", text))
    endpoint = customer.endpoints()["1"]
    assert (endpoint["ChannelType"], endpoint["Address"]) == ("SMS", "+491")
    assert endpoint["Attributes"] == {"city": ["x"], "City": ["y"]}


def test_every_column_that_pinpoint_names_has_its_place(customer):
    cells = {
        "Id": "1",
        "Address": "t-1",
        "ChannelType": "GCM",
        "OptOut": "ALL",
        "EffectiveDate": "2018-05-24T21:26:33.995Z",
        "RequestId": "r-1",
        "EndpointStatus": "INACTIVE",
        **{f"Location.{name}": name for name in ("City", "PostalCode", "Region")},
        "Location.Country": "DEU",
        "Location.Latitude": "48.137",
        "Location.Longitude": "-11.52",
        **{f"Demographic.{name}": name for name in ("AppVersion", "Locale", "Make", "Model", "ModelVersion")},
        **{f"Demographic.{name}": name for name in ("Platform", "PlatformVersion", "Timezone")},
        "Attributes.a.b": "c",
        "Metrics.m": "1e3",
        "User.UserId": "u",
        "User.UserAttributes.x": "y",
    }
    customer.imported(customer.put("a.csv", f"{','.join(cells)}\n{','.join(cells.values())}\n"))
    endpoint = customer.endpoints()["1"]
    assert (endpoint["Location"]["Latitude"], endpoint["Location"]["Longitude"]) == (48.1, -11.5)
    assert (endpoint["Attributes"], endpoint["Metrics"]) == ({"a.b": ["c"]}, {"m": 1000.0})
    for name in ("OptOut", "EffectiveDate", "RequestId", "EndpointStatus"):
        assert endpoint[name] == cells[name]
    for name in (column for column in cells if column.startswith("Demographic.")):
        assert endpoint["Demographic"][name.partition(".")[2]] == cells[name]


def test_an_empty_cell_and_a_missing_column_leave_what_is_there(customer):
    first = f"{HEADER},Attributes.A,Attributes.B,Location.City\n1,a@example.org,EMAIL,old,kept,Bonn\n"
    customer.imported(customer.put("a.csv", first))
    job = customer.imported(customer.put("b.csv", "Id,Attributes.A,Location.City\n1,new,\n"))
    assert (job["TotalProcessed"], job["TotalFailures"]) == (1, 0)
    endpoint = customer.endpoints()["1"]
    assert endpoint["Attributes"] == {"A": ["new"], "B": ["kept"]}
    assert (endpoint["Location"], endpoint["Address"]) == ({"City": "Bonn"}, "a@example.org")


def test_a_file_of_ids_makes_a_segment_of_those_that_exist(customer):
    customer.imported(customer.put("a.csv", f"{HEADER}\n1,a,SMS\n2,b,EMAIL\n3,c,EMAIL\n"))
    before = customer.endpoints()
    job = customer.imported(customer.put("ids.csv", "Id\n1\n3\n4\n"), DefineSegment=True)
    assert (job["TotalProcessed"], job["TotalFailures"]) == (2, 1)
    assert "line 4: Address: a new endpoint needs Address and ChannelType" in job["Failures"][0]
    definition = customer.segment(job["Definition"]["SegmentId"])["ImportDefinition"]
    assert definition["ChannelCounts"] == {"EMAIL": 1, "SMS": 1}
    assert customer.endpoints() == before


@pytest.mark.parametrize("ids", ["u1\nu2\nnobody\n", "u1 u2 nobody\n"])
def test_a_file_of_user_ids_makes_a_segment_of_all_their_endpoints(customer, ids):
    rows = "1,a,SMS,u1\n2,b,EMAIL,u1\n3,c,EMAIL,u2\n4,d,EMAIL,u3\n"
    customer.imported(customer.put("a.csv", f"{HEADER},User.UserId\n{rows}"))
    job = customer.imported(customer.put("users.csv", f"User.UserId\n{ids}"), DefineSegment=True)
    assert (job["TotalProcessed"], job["TotalFailures"]) == (2, 1)
    definition = customer.segment(job["Definition"]["SegmentId"])["ImportDefinition"]
    assert (definition["Size"], definition["ChannelCounts"]) == (3, {"EMAIL": 2, "SMS": 1})


def test_rows_without_an_id_get_one_that_is_the_same_every_time(customer):
    text = (
        "Address,ChannelType,User.UserId\na@example.org,EMAIL,\na@example.org,SMS,\na@example.org,EMAIL,u1\n"
    )
    job = customer.imported(customer.put("a.csv", text), DefineSegment=True)
    once = customer.endpoints()
    assert len(once) == 3
    segment_id = job["Definition"]["SegmentId"]
    again = customer.imported(customer.url("a.csv"), SegmentId=segment_id, DefineSegment=True)
    assert (again["JobStatus"], again["TotalProcessed"]) == ("COMPLETED", 3)
    assert customer.endpoints().keys() == once.keys()
    assert customer.segment(segment_id)["Version"] == 2
    assert customer.segment(segment_id)["ImportDefinition"]["Size"] == 3


def test_user_attributes_show_on_all_endpoints_of_the_user(customer):
    text = f"{HEADER},User.UserId,User.UserAttributes.Tier\n1,a,SMS,u1,\n2,b,EMAIL,u1,gold\n"
    customer.imported(customer.put("a.csv", text))
    customer.imported(customer.put("b.csv", "User.UserId,User.UserAttributes.Age\nu1,7\n"))
    shown = {"UserId": "u1", "UserAttributes": {"Age": ["7"], "Tier": ["gold"]}}
    assert [endpoint["User"] for endpoint in customer.endpoints().values()] == [shown, shown]


def test_user_attributes_of_endpoints_without_a_user_are_kept_until_they_have_one(customer):
    """The file of Pinpoint's own tutorial."""
    text = "ChannelType,Address,Id,User.UserAttributes.FirstName\nEMAIL,a@example.com,1,Carla\n"
    job = customer.imported(customer.put("tutorial.csv", text))
    assert (job["JobStatus"], job["TotalProcessed"], job["TotalFailures"]) == ("COMPLETED", 1, 0)
    pinpoint, app = customer.pinpoint, {"ApplicationId": customer.app_id}
    carla = {"UserAttributes": {"FirstName": ["Carla"]}}
    whole = {"ChannelType": "SMS", "Address": "+491", "User": carla}
    pinpoint.update_endpoints_batch(**app, EndpointBatchRequest={"Item": [{"Id": "2", **whole}]})
    events = {"x": {"EventType": "seen", "Timestamp": "2026-01-01T00:00:00.000Z"}}
    request = {"BatchItem": {"3": {"Endpoint": whole, "Events": events}}}
    answer = pinpoint.put_events(**app, EventsRequest=request)["EventsResponse"]["Results"]["3"]
    assert answer["EndpointItemResponse"]["StatusCode"] == 202
    pinpoint.update_endpoint(**app, EndpointId="4", EndpointRequest={"ChannelType": "SMS", "Address": "+492"})
    assert {name: found.get("User") for name, found in customer.endpoints().items()} == {
        "1": carla, "2": carla, "3": carla, "4": None
    }  # fmt: skip
    named = customer.dimensional(
        UserAttributes={"FirstName": {"AttributeType": "INCLUSIVE", "Values": ["Carla"]}}
    )
    customer.exported(customer.url("out"), SegmentId=named)
    exported = customer.documents(customer.url("out/"))
    assert [found["User"] for found in exported.values()] == [carla] * 3
    pinpoint.update_endpoint(**app, EndpointId="1", EndpointRequest={"User": {"UserId": "u"}})
    pinpoint.update_endpoint(**app, EndpointId="4", EndpointRequest={"User": {"UserId": "u"}})
    for name in ("1", "4"):
        assert customer.endpoints()[name]["User"] == {"UserId": "u", **carla}

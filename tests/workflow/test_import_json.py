"""What a line of JSON comes to, Pinpoint's own exports among them."""

import gzip
import json

import pytest

# A line as Amazon Pinpoint's export jobs wrote them.
PINPOINT = {
    "Id": "a1b2/c3:d4",
    "ChannelType": "EMAIL",
    "Address": "richard_roe@example.com",
    "EndpointStatus": "INACTIVE",
    "OptOut": "ALL",
    "RequestId": "8d0a0b2e-1f2f-4e4b-9a6f-0a5b6c7d8e9f",
    "Location": {
        "City": "Seattle",
        "Country": "USA",
        "PostalCode": "98121",
        "Latitude": 47.6,
        "Longitude": -122.3,
    },
    "Demographic": {"Platform": "ios", "AppVersion": "1.2", "Timezone": "America/Los_Angeles"},
    "EffectiveDate": "2019-02-07T11:20:09.327Z",
    "Attributes": {"interests": ["Music", "Books"], "empty": []},
    "Metrics": {"technology_interest_level": 9.0, "age": 42},
    "User": {"UserId": "richard-roe", "UserAttributes": {"Age": ["42"], "Name": ["Richard"]}},
    "ApplicationId": "b9b0d09c66aa4a9b8b1ffd3a8f5c3d4e",
    "CohortId": "63",
    "CreationDate": "2017-06-16T20:41:12.018Z",
}


def lines(*documents):
    return "\n".join(json.dumps(document) for document in documents)


def test_a_line_of_pinpoints_own_export_comes_in_as_it_was(customer):
    content = gzip.compress(f"{lines(PINPOINT)}\n".encode())
    customer.put("export/part-0001.gz", content)
    job = customer.imported(customer.url("export/"), Format="JSON")
    assert (job["TotalProcessed"], job["TotalFailures"]) == (1, 0)
    expected = {**PINPOINT, "ApplicationId": customer.app_id, "Attributes": {"interests": ["Music", "Books"]}}
    del expected["CohortId"]
    assert customer.endpoints() == {PINPOINT["Id"]: expected}


@pytest.mark.parametrize(
    ("given", "kept"),
    [("tea", ["tea"]), (7, ["7"]), (True, ["true"]), (["a", "b"], ["a", "b"]), ([1, "b"], ["1", "b"])],
)
def test_a_bare_scalar_is_a_list_of_one(customer, given, kept):
    document = {"Id": "1", "Address": "a", "ChannelType": "SMS", "Attributes": {"x": given}}
    job = customer.imported(customer.put("a.json", lines(document)), Format="JSON")
    assert (job["TotalProcessed"], job["TotalFailures"]) == (1, 0)
    assert customer.endpoints()["1"]["Attributes"] == {"x": kept}


def test_a_list_replaces_the_list_of_that_attribute_and_an_empty_one_removes_it(customer):
    first = {
        "Id": "1",
        "Address": "a",
        "ChannelType": "SMS",
        "Attributes": {"x": ["1", "2"], "y": ["3"], "z": ["4"]},
    }
    customer.imported(customer.put("a.json", lines(first)), Format="JSON")
    second = {"Id": "1", "OptOut": None, "Attributes": {"x": ["5"], "y": []}}
    customer.imported(customer.put("b.json", lines(second)), Format="JSON")
    assert customer.endpoints()["1"]["Attributes"] == {"x": ["5"], "z": ["4"]}


def test_blank_lines_line_ends_and_a_byte_order_mark_are_no_rows(customer, piece_bytes):
    piece_bytes(120)
    rows = [{"Id": str(number), "Address": "a", "ChannelType": "SMS"} for number in range(8)]
    content = "\ufeff\r\n" + "\r\n\r\n".join(json.dumps(row) for row in rows) + "\r\n\n"
    job = customer.imported(customer.put("a.jsonl", content), Format="JSON")
    assert (job["JobStatus"], job["TotalProcessed"], job["TotalFailures"]) == ("COMPLETED", 8, 0)
    assert job["TotalPieces"] > 2

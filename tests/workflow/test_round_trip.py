"""What is exported comes in again as it was."""

import json

import pytest

from tests.workflow.files import people_csv
from tests.workflow.test_import_json import PINPOINT

WORDS = ["tea, milk", 'say "tea"', "a\nb\r\nc", "ünï コ 😀", " leading", "", "0", "=1+1", "\\", "\u2028"]
RICH = [
    PINPOINT,
    {
        "Id": "2",
        "Address": "\ufeffa",
        "ChannelType": "IN_APP",
        "Metrics": {"m": 0.1, "n": -1e-7, "big": 1e22},
    },
    {
        "Id": "odd ids: ünï/😀 \"'",
        "Address": "a",
        "ChannelType": "SMS",
        "Attributes": {"w": WORDS, "a.b": ["x"]},
    },
    {
        "Id": "4",
        "Address": "a",
        "ChannelType": "APNS",
        "User": {"UserId": "u", "UserAttributes": {"k": WORDS}},
    },
    {"Id": "5", "Address": "a", "ChannelType": "APNS", "User": {"UserId": "u"}, "Location": {"Latitude": 0}},
]


@pytest.mark.parametrize("source", ["rich JSON", "CSV"])
def test_an_export_imports_again_and_is_exported_the_same(customer, another_app, source):
    if source == "CSV":
        job = customer.imported(customer.put("a.csv", people_csv(0, 30)))
    else:
        text = "\n".join(json.dumps(document) for document in RICH)
        job = customer.imported(customer.put("a.json", text), Format="JSON")
        assert job["TotalFailures"] == 0
    customer.exported(customer.url("one"))
    again = another_app.imported(customer.url("one/"), Format="JSON")
    assert (again["JobStatus"], again["TotalFailures"]) == ("COMPLETED", 0)
    assert again["TotalProcessed"] == job["TotalProcessed"]
    another_app.exported(customer.url("two"))
    ours, theirs = (f'"ApplicationId":"{app.app_id}"' for app in (customer, another_app))
    lines = [line.replace(ours, theirs) for line in customer.lines(customer.url("one/"))]
    assert all(theirs in line for line in lines)
    assert customer.lines(customer.url("two/")) == sorted(lines)
    assert len(customer.lines(customer.url("one/"))) == job["TotalProcessed"]

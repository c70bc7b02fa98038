"""A bad row costs only itself, and whoever mends the file is told all about it."""

import base64
import json

import pytest

from tests.workflow.bad_rows import CSV_HEADER, CSV_ROWS, JSON_ROWS
from tests.workflow.files import KNOWN

GOOD_CSV = b"g%d,a@example.org,EMAIL,,,,,,,,,"
GOOD_JSON = b'{"Id": "g%d", "Address": "a", "ChannelType": "SMS"}'
FILES = {
    "CSV": (CSV_HEADER.encode(), GOOD_CSV, CSV_ROWS),
    "JSON": (GOOD_JSON % 999, GOOD_JSON, JSON_ROWS),
}


def interleaved(file_format):
    """A file of the first record, then a good row before each bad one."""
    first, good, bad = FILES[file_format]
    rows = [row for number, entry in enumerate(bad) for row in (good % number, entry[0])]
    return b"\n".join([first, *rows])


@pytest.mark.parametrize("file_format", ["CSV", "JSON"])
def test_every_kind_of_bad_row_is_counted_and_told_in_source_order(customer, piece_bytes, file_format):
    piece_bytes(700 if file_format == "JSON" else 600_000)
    url = customer.put("in", interleaved(file_format))
    job = customer.imported(url, Format=file_format)
    bad = FILES[file_format][2]
    assert job["TotalPieces"] > 1
    assert (job["JobStatus"], job["FailedPieces"], job["TotalFailures"]) == ("COMPLETED", 0, len(bad))
    assert job["TotalProcessed"] == len(bad) + (file_format == "JSON")
    for number, (told, (_, field, reason)) in enumerate(zip(job["Failures"], bad, strict=True)):
        place = f"{url} line {2 * number + 3}: "
        assert told.startswith(place + (f"{field}: {reason}" if field else reason))
    assert all(name.startswith("g") for name in customer.endpoints())


@pytest.mark.parametrize("file_format", ["CSV", "JSON"])
def test_the_failure_file_holds_every_bad_row_as_it_was(customer, piece_bytes, file_format):
    piece_bytes(700 if file_format == "JSON" else 600_000)
    url = customer.put("in", interleaved(file_format))
    entries = customer.failure_file(customer.imported(url, Format=file_format))
    bad = FILES[file_format][2]
    for number, (entry, (row, field, reason)) in enumerate(zip(entries, bad, strict=True)):
        assert (entry["Object"], entry["Line"], entry["Field"]) == (url, 2 * number + 3, field)
        assert entry["Reason"].startswith(reason)
        kept = base64.b64decode(entry["RowBase64"]) if "RowBase64" in entry else entry["Row"].encode()
        assert row.startswith(kept)
        assert len(kept) >= min(len(row), 1 << 20)
        assert entry.get("Header") == (CSV_HEADER if file_format == "CSV" else None)


def test_the_first_hundred_are_shown_and_all_are_in_the_file(customer, piece_bytes):
    piece_bytes(700)
    rows = [f"r{number},a@example.org,{'PIGEON' if number % 2 else 'EMAIL'}" for number in range(300)]
    job = customer.imported(customer.put("a.csv", "\n".join(["Id,Address,ChannelType", *rows])))
    bad = [number + 2 for number in range(300) if number % 2]
    assert job["TotalPieces"] > 8
    assert (job["TotalProcessed"], job["TotalFailures"]) == (150, 150)
    assert [int(told.split(" line ")[1].split(":")[0]) for told in job["Failures"]] == bad[:100]
    assert [entry["Line"] for entry in customer.failure_file(job)] == bad


def test_a_mended_failure_file_is_imported_as_it_stands(customer):
    rows = '1,"a\nb",PIGEON\n2,c,CROW\n3,d,EMAIL\n'
    job = customer.imported(customer.put("a.csv", f"Id,Address,ChannelType\n{rows}"))
    entries = customer.failure_file(job)
    for entry in entries:
        entry["Row"] = entry["Row"].replace("PIGEON", "SMS")
    mended = "\n".join(json.dumps(entry) for entry in entries)
    again = customer.imported(customer.put("mended.jsonl", mended), Format="JSON")
    assert (again["TotalProcessed"], again["TotalFailures"]) == (1, 1)
    assert "'CROW'" in again["Failures"][0]
    channels = {name: endpoint["ChannelType"] for name, endpoint in customer.endpoints().items()}
    assert channels == {"1": "SMS", "3": "EMAIL"}
    assert set(channels.values()) <= KNOWN


def test_a_mended_failure_file_of_a_wide_file_is_imported_from_many_pieces(customer, piece_bytes):
    columns = [f"Attributes.column_{number}" for number in range(100)]
    header = ",".join(["Id", "Address", "ChannelType", *columns])
    rows = [f"{number},a,PIGEON,{number}" + "," * 99 for number in range(60)]
    job = customer.imported(customer.put("a.csv", "\n".join([header, *rows])))
    assert job["TotalFailures"] == 60
    entries = customer.failure_file(job)
    assert sum("Header" in entry for entry in entries) == 1
    for entry in entries:
        entry["Row"] = entry["Row"].replace("PIGEON", "SMS")
    piece_bytes(1_000)
    mended = "\n".join(json.dumps(entry) for entry in entries)
    again = customer.imported(customer.put("mended.jsonl", mended), Format="JSON")
    assert again["TotalPieces"] > 10
    assert (again["TotalProcessed"], again["TotalFailures"]) == (60, 0)
    found = {name: endpoint["Attributes"] for name, endpoint in customer.endpoints().items()}
    assert found == {str(number): {"column_0": [str(number)]} for number in range(60)}


def test_the_sixteenth_endpoint_of_a_user_is_a_bad_row(customer, piece_bytes):
    piece_bytes(150)
    rows = [f"e{number},a{number},SMS,crowd" for number in range(18)]
    job = customer.imported(customer.put("a.csv", "\n".join(["Id,Address,ChannelType,User.UserId", *rows])))
    assert (job["TotalProcessed"], job["TotalFailures"]) == (15, 3)
    assert len(customer.endpoints()) == 15
    for told in job["Failures"]:
        assert told.endswith("User.UserId: Exceeded maximum endpoint per user count: 15")


def test_the_251st_attribute_name_of_an_app_is_a_bad_row(customer):
    names = {f"a{number}": ["x"] for number in range(250)}
    rows = [
        {"Id": "1", "Address": "a", "ChannelType": "SMS", "Attributes": names},
        {"Id": "1", "Metrics": {"one more": 1}},
        {"Id": "1", "Attributes": {"a7": ["y"]}},
    ]
    text = "\n".join(json.dumps(row) for row in rows)
    job = customer.imported(customer.put("a.json", text), Format="JSON")
    assert (job["TotalProcessed"], job["TotalFailures"]) == (2, 1)
    assert "line 2: Metrics.one more: the app has 250 custom attribute names already" in job["Failures"][0]
    assert customer.endpoints()["1"]["Attributes"] == names | {"a7": ["y"]}

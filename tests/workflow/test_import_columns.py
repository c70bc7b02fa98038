"""Files whose columns have other names, through whole jobs."""

import gzip
import json
from typing import Any

from tests.workflow.customer import Customer

MAPPED = {
    "Columns": {"mail": "Address", "first": "User.UserAttributes.First", "user": "User.UserId"},
    "Constants": {"ChannelType": "EMAIL", "Attributes.Source": "crm"},
}


def run(customer: Customer, url: str, **members: Any) -> dict[str, Any]:
    request = {"S3Url": url, "RoleArn": customer.role_arn, "Format": "CSV", **MAPPED, **members}
    return customer.post("jobs/import", request)


def counts(job: dict[str, Any]) -> tuple[str, int, int, list[str] | None]:
    return job["JobStatus"], job["TotalProcessed"], job["TotalFailures"], job.get("IgnoredFields")


def table(first: int, unknown: str, delimiter: str = "\t") -> str:
    rows = [["Id", "mail", "first", "user", unknown, "channeltype"]]
    for number in range(first, first + 10):
        channel = {2: "PIGEON", 3: "SMS"}.get(number % 10, "")
        rows.append([f"p{number}", f"a{number}", '"A\n\tda"', f"u{number}", "x" * (number % 2), channel])
    return "".join(delimiter.join(row) + "\r\n" for row in rows)


def test_pieces_of_mapped_columns_tell_all_names_that_were_ignored(customer, piece_bytes, instead):
    piece_bytes(150)
    for number, name in enumerate(("color", "size", "weight")):
        customer.put(f"in/{number}.csv", table(10 * number, name))
    # Each piece is worked on twice, as when an answer is lost.
    instead("import_piece", lambda call, _: [call(), call()][1])
    ignored = ["color", "size", "weight"]
    dry = run(customer, customer.url("in/"), DryRun=True, Delimiter="\t")
    assert counts(dry) == ("COMPLETED", 27, 3, ignored)
    assert customer.endpoints() == {}
    job = run(customer, customer.url("in/"), Delimiter="\t")
    assert counts(job) == ("COMPLETED", 27, 3, ignored)
    assert job["TotalPieces"] > 3
    assert [listed["IgnoredFields"] for listed in customer.get("jobs/import")["Item"]] == [ignored] * 2
    endpoints = customer.endpoints()
    assert len(endpoints) == 27
    for number in (1, 13, 29):
        found = endpoints[f"p{number}"]
        assert (found["Address"], found["ChannelType"]) == (f"a{number}", "SMS" if number == 13 else "EMAIL")
        assert (found["Attributes"], found["User"]) == (
            {"Source": ["crm"]},
            {"UserId": f"u{number}", "UserAttributes": {"First": ["A\n\tda"]}},
        )


def test_a_value_in_an_unknown_column_fails_its_row_where_the_job_says_so(customer):
    job = run(customer, customer.put("a.csv", "sep=;\n" + table(0, "color", ";")), UnknownFields="FAIL")
    assert counts(job) == ("COMPLETED", 4, 6, None)
    assert "line 5: color: 'color' is not a column of an endpoint" in job["Failures"][0]


def test_unknown_members_of_json_are_ignored_also_nested_ones(customer):
    rows = [
        {
            "Id": "1",
            "mail": "a",
            "person": {"nick": "A"},
            "Location": {"City": "Bonn", "Street": "x"},
            "vip": True,
        },
        {"Id": "2", "mail": "b", "ChannelType": "PIGEON", "Nonsense": 1},
    ]
    content = "".join(json.dumps(row) + "\n" for row in rows)
    columns = {"mail": "Address", "person.nick": "Attributes.Nick"}
    url = customer.put("a.json", content)
    job = run(customer, url, Format="JSON", Columns=columns)
    assert counts(job) == ("COMPLETED", 1, 1, ["Location.Street", "Nonsense", "vip"])
    assert customer.endpoints()["1"]["Attributes"] == {"Nick": ["A"], "Source": ["crm"]}
    strict = run(customer, url, Format="JSON", Columns=columns, UnknownFields="FAIL", DryRun=True)
    assert [reason["Field"] for reason in customer.failure_file(strict)[0]["Reasons"]] == [
        "Location.Street",
        "vip",
    ]


def test_files_without_a_header_are_read_in_pieces_and_their_failures_again(customer, piece_bytes):
    piece_bytes(100)
    said = {"Header": ["Id", "mail", "first", "user", "color", "ChannelType"]}
    body = table(0, "color", ";").partition("\r\n")[2]
    customer.put("in/a.csv", body)
    customer.put("in/b.csv.gz", gzip.compress(table(10, "color", ";").partition("\r\n")[2].encode()))
    job = run(customer, customer.url("in/"), **said)
    assert counts(job) == ("COMPLETED", 18, 2, ["color"])
    assert job["TotalPieces"] > 2
    failed = customer.failure_file(job)
    assert {(entry["Header"], entry["Delimiter"]) for entry in failed} == {(";".join(said["Header"]), ";")}
    lines = [json.dumps({**entry, "Row": entry["Row"].replace("PIGEON", "")}) for entry in failed]
    again = run(customer, customer.put("failed.json", "\n".join(lines)), Format="JSON")
    assert counts(again) == ("COMPLETED", 2, 0, ["color"])
    assert customer.endpoints()["p12"]["ChannelType"] == "EMAIL"


def test_the_csv_of_failures_is_imported_with_the_same_request(customer):
    job = run(customer, customer.put("a.csv", table(0, "color", ";")), Delimiter=";")
    assert counts(job) == ("COMPLETED", 9, 1, ["color"])
    key = f"jobs/{customer.app_id}/{job['Id']}/failures.csv"
    mended = customer.read(customer.stack.variables["BUCKET"], key).replace(b"PIGEON", b"", 1)
    again = run(customer, customer.put("failed.csv", mended), Delimiter=";")
    assert counts(again) == ("COMPLETED", 1, 0, ["color"])
    assert customer.endpoints()["p2"]["ChannelType"] == "EMAIL"

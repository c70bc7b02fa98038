"""What an import reads: either format, plain or gzip, one file or everything below a prefix."""

import gzip

import pytest

from tests.workflow.files import counted, people, people_csv, people_json

SUFFIXES = {"CSV": ("csv", "CSV", "csv"), "JSON": ("json", "jsonl", "ndjson")}


def pack(text: str, packing: str) -> bytes:
    return gzip.compress(text.encode()) if packing == "gzip" else text.encode()


@pytest.mark.parametrize("packing", ["plain", "gzip"])
@pytest.mark.parametrize("file_format", ["CSV", "JSON"])
def test_a_single_file_is_imported_row_by_row(customer, piece_bytes, file_format, packing):
    piece_bytes(600)
    content = pack(people(file_format, 0, 60), packing)
    job = customer.imported(customer.put("whatever its name", content), Format=file_format)
    expected = counted(file_format, content)
    assert job["JobStatus"] == "COMPLETED"
    assert (job["TotalProcessed"], job["TotalFailures"]) == (len(expected.good), expected.bad) == (54, 6)
    assert (job["TotalPieces"] > 3) == (packing == "plain")
    assert (job["CompletedPieces"], job["FailedPieces"]) == (job["TotalPieces"], 0)
    assert customer.endpoints().keys() == set(expected.good)


@pytest.mark.parametrize("packing", ["plain", "gzip"])
@pytest.mark.parametrize("file_format", ["CSV", "JSON"])
def test_a_folder_is_imported_with_its_subfolders_and_other_files_are_skipped(
    customer, piece_bytes, file_format, packing
):
    piece_bytes(1200 if packing == "plain" else 100)
    one, two, three = SUFFIXES[file_format]
    ending = ".gz" if packing == "gzip" else ""
    files = [pack(people(file_format, first, 40), packing) for first in (0, 40, 80)]
    names = (f"in/a.{one}{ending}", f"in/b/c.{two}{ending}", f"in/b/d/e.{three}{ending}")
    for name, content in zip(names, files, strict=True):
        customer.put(name, content)
    other = "json" if file_format == "CSV" else "csv"
    for name in (f"in/b/other.{other}", "in/readme.txt", f"in.{one}", f"beside/f.{one}"):
        customer.put(name, people(file_format, 900, 1))
    customer.put("in/b/", "")
    job = customer.imported(customer.url("in/"), Format=file_format)
    expected = counted(file_format, *files)
    assert (job["JobStatus"], job["FailedPieces"]) == ("COMPLETED", 0)
    assert job["TotalPieces"] >= 3
    assert (job["TotalProcessed"], job["TotalFailures"]) == (len(expected.good), expected.bad)
    assert customer.endpoints().keys() == set(expected.good)
    first, second = job["SkippedFiles"]
    assert first == f"{customer.url(f'in/b/other.{other}')}: its name says {other.upper()}"
    assert second.startswith(f"{customer.url('in/readme.txt')}: its name does not end in .")


@pytest.mark.parametrize("prefix", ["in", "in/", "in/par"])
def test_a_prefix_is_a_folder_with_or_without_its_slash_or_the_beginning_of_names(customer, prefix):
    customer.put("in/part-1.csv", people_csv(0, 3))
    customer.put("in/part-2.csv", people_csv(10, 3))
    customer.put("input.csv", people_csv(20, 3))
    job = customer.imported(customer.url(prefix))
    assert (job["TotalProcessed"], job["TotalFailures"]) == (6, 0)


def test_plain_and_gzip_files_lie_side_by_side(customer, piece_bytes):
    piece_bytes(400)
    files = people_json(0, 20).encode(), gzip.compress(people_json(20, 20).encode())
    customer.put("in/a.json", files[0])
    customer.put("in/b.json.gz", files[1])
    job = customer.imported(customer.url("in"), Format="JSON")
    expected = counted("JSON", *files)
    assert (job["TotalProcessed"], job["TotalFailures"]) == (len(expected.good), expected.bad)


def test_gzip_of_several_members_is_read_to_its_end(customer):
    parts = people_csv(0, 20), "".join(people_csv(20, 20).splitlines(keepends=True)[1:])
    content = b"".join(gzip.compress(part.encode()) for part in parts)
    job = customer.imported(customer.put("a.csv.gz", content))
    expected = counted("CSV", content)
    assert (job["TotalProcessed"], job["TotalFailures"]) == (len(expected.good), expected.bad)


@pytest.mark.parametrize("name", ["a.csv", "a.csv.gz"])
def test_a_file_with_nothing_but_its_header_is_a_job_of_no_rows(customer, name):
    header = people_csv(0, 0).encode()
    url = customer.put(name, gzip.compress(header) if name.endswith("gz") else header)
    job = customer.imported(url, DefineSegment=True)
    assert (job["JobStatus"], job["TotalProcessed"], job["TotalFailures"]) == ("COMPLETED", 0, 0)
    assert customer.segment(job["Definition"]["SegmentId"])["ImportDefinition"]["Size"] == 0


def test_an_empty_file_beside_others_is_no_hindrance(customer):
    customer.put("in/a.csv", "")
    customer.put("in/b.csv", people_csv(0, 3))
    job = customer.imported(customer.url("in/"))
    assert (job["JobStatus"], job["TotalProcessed"]) == ("COMPLETED", 3)


def test_files_of_another_format_are_skipped_by_name_and_their_lines_are_no_rows(customer, piece_bytes):
    piece_bytes(300)
    unfit = {
        "b.csv": b"%PDF-1.7\n" + b"x\n" * 200,
        "c.csv": b"PK\x03\x04\n\0\n",
        "d.csv": b"Name,Town\nAnna,Ulm\n",
    }
    customer.put("in/a.csv", people_csv(0, 20))
    for name, content in unfit.items():
        customer.put(f"in/{name}", content)
    job = customer.imported(customer.url("in/"), DefineSegment=True)
    expected = counted("CSV", people_csv(0, 20).encode())
    assert (job["JobStatus"], job["FailedPieces"]) == ("COMPLETED", 0)
    assert (job["TotalProcessed"], job["TotalFailures"]) == (len(expected.good), expected.bad)
    reasons = ("this is a PDF document", "this is a zip archive", "'Name,Town' is not a CSV header")
    for told, name, reason in zip(job["SkippedFiles"], unfit, reasons, strict=True):
        assert told.startswith(f"{customer.url(f'in/{name}')}: line 1: {reason}")

"""The objects at a location."""

import pytest
from botocore.exceptions import ClientError

from audience.errors import SourceUnreadableError
from audience.sources.listing import LongListingError, objects_at
from audience.sources.location import S3Location
from audience.sources.names import SourceFormat
from tests.unit.sources.fake_s3 import FakeS3, refusal


def listed(keys: list[str], at: str, wanted: SourceFormat = "CSV") -> dict[str, bool]:
    s3 = FakeS3({key: key.encode() for key in keys})
    return {found.key: found.wanted for found in objects_at(s3, S3Location("bucket", at), wanted)}


def test_an_exact_key_is_read_whatever_its_name_and_nothing_else_is() -> None:
    keys = ["data/people", "data/people.csv", "data/people/more.csv"]
    assert listed(keys, "data/people") == {"data/people": True}


@pytest.mark.parametrize("at", ["data", "data/"])
def test_a_folder_is_all_files_below_it_with_and_without_its_slash(at: str) -> None:
    keys = ["data/a.csv", "data/deep/er/b.csv", "database.csv"]
    assert listed(keys, at) == {"data/a.csv": True, "data/deep/er/b.csv": True}


def test_where_there_is_no_folder_the_key_is_a_prefix() -> None:
    assert listed(["day-1.csv", "day-2.csv", "month.csv"], "day") == {"day-1.csv": True, "day-2.csv": True}


def test_a_location_without_a_key_is_the_whole_bucket() -> None:
    assert listed(["a.csv", "b/c.csv"], "") == {"a.csv": True, "b/c.csv": True}


@pytest.mark.parametrize(
    ("wanted", "fitting"),
    [
        ("CSV", {"a.csv", "b.CSV", "c.csv.gz"}),
        ("JSON", {"d.json", "e.jsonl", "f.ndjson", "g.json.gz", "h.jsonl.gz", "i.ndjson.gz", "k.gz"}),
    ],
)
def test_below_a_prefix_only_files_of_the_format_are_wanted_and_the_others_reported(
    wanted: SourceFormat, fitting: set[str]
) -> None:
    names = "a.csv b.CSV c.csv.gz d.json e.jsonl f.ndjson g.json.gz h.jsonl.gz i.ndjson.gz j.txt k.gz l.t.gz"
    found = listed([f"x/{name}" for name in names.split()], "x/", wanted)
    assert {key for key, is_wanted in found.items() if is_wanted} == {f"x/{name}" for name in fitting}
    assert len(found) == 12


OUTPUT = [
    "run-1-part-r-00000",
    "0000_part_00.gz",
    "part-0000.csv.out",
    "people.txt",
    "people.tsv",
    "x.txt.gz",
]
NEVER = [
    "_SUCCESS",
    "_temporary/0/part-r-00000.csv",
    "_committed_123",
    "_delta_log/0.json",
    "._a.csv",
    ".DS_Store",
    ".part-00000.csv.crc",
    "__MACOSX/a.csv",
    "a.json",
    "a.json.out",
    "a.parquet",
    "a.csv.bz2",
    "a.csv.tmp",
    "run-manifest",
    "a.xlsx",
]


@pytest.mark.parametrize("fitting", [[], ["a.csv"]])
def test_output_without_a_known_ending_is_wanted_where_no_name_has_one(fitting: list[str]) -> None:
    found = listed([f"x/{name}" for name in (*OUTPUT, *NEVER, *fitting)], "x/")
    assert {key for key, wanted in found.items() if wanted} == {f"x/{name}" for name in fitting or OUTPUT}
    assert list(found) == sorted(found)


def test_a_job_of_json_takes_its_own_output_only() -> None:
    names = ["x.json.out", "part-r-00000", "x.csv.out", "people.tsv", "run.2026.gz"]
    found = listed([f"x/{name}" for name in names], "x/", "JSON")
    assert {key for key, wanted in found.items() if wanted} == {
        "x/x.json.out",
        "x/part-r-00000",
        "x/run.2026.gz",
    }
    assert not listed(["x/part-r-00000", "x/0.gz"], "x/", "JSON")["x/part-r-00000"]


def test_each_object_that_is_left_out_has_its_reason() -> None:
    names = ["_SUCCESS", "_temporary/a.csv", "a.csv", "b.json", "c.pdf", "d.txt", "empty"]
    objects = {f"x/{name}": b"" if name in ("_SUCCESS", "empty") else b"1" for name in names}
    found = objects_at(FakeS3(objects), S3Location("bucket", "x/"), "CSV")
    assert {each.key[2:]: each.reason for each in found} == {
        "_SUCCESS": "its name begins with _ or ., as those of markers and hidden files do",
        "_temporary/a.csv": "it is below _temporary/, which is a tool's own folder",
        "a.csv": "",
        "b.json": "its name says JSON",
        "c.pdf": "its name says that it is no CSV",
        "d.txt": "its name does not end in .csv or .csv.gz",
        "empty": "it is empty",
    }


def test_a_prefix_that_is_a_tools_own_folder_is_read() -> None:
    assert listed(["x/_archive/a.csv"], "x/_archive/") == {"x/_archive/a.csv": True}


def test_no_more_than_so_many_objects_are_listed() -> None:
    s3 = FakeS3({f"x/{number}.csv": b"1" for number in range(3)})
    assert len(list(objects_at(s3, S3Location("bucket", "x/"), "CSV", most=3))) == 3
    with pytest.raises(LongListingError):
        list(objects_at(s3, S3Location("bucket", "x/"), "CSV", most=2))


def test_the_consoles_folder_markers_are_no_files() -> None:
    assert listed(["x/", "x/y/", "x/y/a.csv"], "x") == {"x/y/a.csv": True}


def test_objects_come_in_the_order_of_their_keys_over_all_pages() -> None:
    keys = [f"x/{number}.csv" for number in range(9)]
    assert list(listed(keys[::-1], "x")) == keys


def test_nothing_is_listed_outside_of_the_prefix() -> None:
    s3 = FakeS3({"x/a.csv": b"1"})
    list(objects_at(s3, S3Location("bucket", "x"), "CSV"))
    assert all(prefix.startswith("x") for prefix in s3.prefixes)


def test_a_bucket_that_may_not_be_listed_is_unreadable() -> None:
    s3 = FakeS3({})
    s3.refusals = [refusal("AccessDenied", 403)]
    with pytest.raises(SourceUnreadableError, match=r"s3://bucket/x cannot be listed: .*AccessDenied"):
        list(objects_at(s3, S3Location("bucket", "x"), "CSV"))


def test_an_error_of_s3_is_not_reported_as_an_unreadable_bucket() -> None:
    s3 = FakeS3({})
    s3.refusals = [refusal("InternalError", 500)]
    with pytest.raises(ClientError, match="InternalError"):
        list(objects_at(s3, S3Location("bucket", "x"), "CSV"))

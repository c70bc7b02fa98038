"""The objects at a location."""

import pytest
from botocore.exceptions import ClientError

from audience.errors import SourceUnreadableError
from audience.sources.listing import SourceFormat, objects_at
from audience.sources.location import S3Location
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

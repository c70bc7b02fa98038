"""Which files are one job."""

import pytest

from migrate.folders import MixedFolderError, SavedFile, derived_id, folders_of
from migrate.plan import planned_imports
from migrate.saved_segments import SavedSegment


def _folders(*keys):
    return folders_of("b", [SavedFile(key, 1) for key in keys])


def test_a_folder_without_folders_in_it_is_one_job():
    [folder] = _folders("x/vip/1.gz", "x/vip/2.json.gz", "x/vip/_SUCCESS")
    assert (folder.url, folder.name, folder.format) == ("s3://b/x/vip/", "vip", "JSON")
    assert [file.key for file in folder.files] == ["x/vip/1.gz", "x/vip/2.json.gz"]


def test_files_beside_folders_are_a_job_each():
    found = _folders("x/all.csv", "x/more.gz", "x/vip/1.gz")
    assert [(folder.key, folder.format, folder.is_file) for folder in found] == [
        ("x/all.csv", "CSV", True),
        ("x/more.gz", "JSON", True),
        ("x/vip/", "JSON", False),
    ]


def test_files_at_the_top_of_a_bucket_are_a_job_each():
    assert [folder.key for folder in _folders("a.csv", "b.csv")] == ["a.csv", "b.csv"]


def test_csv_and_json_in_one_folder_are_told():
    with pytest.raises(MixedFolderError, match="s3://b/x/ holds CSV and JSON"):
        _folders("x/1.csv.gz", "x/2.gz")


def test_a_folder_is_the_saved_segment_of_its_id_or_its_name():
    saved = [SavedSegment("1" * 32, "VIP", imported=True), SavedSegment("2" * 32, "New", imported=True)]
    planned = planned_imports(_folders(f"x/{'1' * 32}/a.gz", "x/New/a.gz", "x/Other/a.gz"), saved, "app")
    assert [(each.segment_id, each.segment_name) for each in planned] == [
        ("1" * 32, "VIP"),
        ("2" * 32, "New"),
        ("", ""),
    ]


def test_a_name_that_two_segments_have_is_none_of_them():
    saved = [SavedSegment("1" * 32, "VIP", imported=True), SavedSegment("2" * 32, "VIP", imported=True)]
    [planned] = planned_imports(_folders("x/VIP/a.gz"), saved, "app")
    assert planned.segment_id == ""


def test_endpoints_of_a_dimensional_segment_make_no_imported_one():
    saved = [SavedSegment("1" * 32, "VIP", imported=False)]
    [planned] = planned_imports(_folders("x/VIP/a.gz"), saved, "app")
    assert planned.segment_id == ""


def test_without_saved_segments_each_folder_is_one_with_an_id_that_stays():
    [alone, own, made] = planned_imports(_folders(f"x/{'a' * 32}/1.gz", "x/vip/1.gz", "x/all.csv"), [], "app")
    assert (alone.segment_id, own.segment_id, made.segment_name) == ("", "a" * 32, "vip")
    assert made.segment_id == derived_id("app", made.folder)
    assert derived_id("app", made.folder) != derived_id("other", made.folder)

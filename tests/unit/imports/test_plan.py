"""The plan: which files are taken, which are told as skipped, and how they are cut."""

import io
from dataclasses import replace
from typing import Any, NamedTuple

import pytest

from audience.errors import SurveyIncompleteError
from audience.imports.definition import ImportDefinition
from audience.imports.plan import Surveyors, plan, survey_all
from audience.imports.survey_files import SurveyFiles
from audience.jobs.model import JobKey
from audience.settings import PlanSettings
from audience.sources.pieces import Piece
from audience.sources.row_sample import MOST_FILES
from tests.unit.sources.fake_s3 import FakeS3, refusal

WHOLE = ImportDefinition("s3://bucket/in/", "", "", "CSV", register_endpoints=True, define_segment=False)


class Planned(NamedTuple):
    """What the planner made where it surveys the files itself."""

    pieces: list[Piece]
    skipped: list[str]


def planned(s3: Any, piece_bytes: int = 1000, piece_rows: int = 1, **definition: Any) -> Planned:
    wanted = replace(WHOLE, **definition)
    made = plan(s3, wanted, PlanSettings(piece_bytes, piece_rows, 1 << 20))
    surveyed = survey_all(Surveyors(s3, wanted).of(made.size.bytes), made.ranges)
    return Planned(made.pieces(surveyed), made.skipped)


def test_files_of_the_format_are_cut_and_others_are_reported() -> None:
    s3 = FakeS3(
        {"in/a.csv": b"Id\n" + b"1\n" * 20, "in/b.txt": b"x", "in/c.csv": b"Id\n2\n", "out/d.csv": b"Id\n"}
    )
    made = planned(s3, piece_bytes=20)
    assert made.skipped == ["s3://bucket/in/b.txt: its name does not end in .csv or .csv.gz"]
    assert [piece["index"] for piece in made.pieces] == list(range(len(made.pieces)))
    keys = [source["key"] for piece in made.pieces for source in piece["sources"]]
    assert keys == ["in/a.csv"] * 3 + ["in/c.csv"]


def test_nothing_to_import_is_a_plan_without_pieces() -> None:
    assert planned(FakeS3({"in/a.csv": b""})).pieces == []


def test_a_file_that_changes_while_it_is_cut_is_left_to_its_worker_and_the_others_are_planned() -> None:
    s3 = FakeS3({"in/a.csv": b"Id\n" + b"1\n" * 20, "in/b.csv": b"Id\n" + b"1\n" * 20})
    listed, entry = s3.etag("in/a.csv"), s3._entry

    def listed_then_changed(key: str) -> dict[str, Any]:
        found = entry(key)
        s3.objects["in/a.csv"] += b"2\n"
        return found

    s3._entry = listed_then_changed  # type: ignore[method-assign]
    first, *others = (source for piece in planned(s3, piece_bytes=20).pieces for source in piece["sources"])
    assert (first["start"], first["end"], first["etag"]) == (0, first["size"], listed)
    assert [source["key"] for source in others] == ["in/b.csv"] * 3


def test_a_folder_of_large_gzip_files_is_planned_with_few_requests() -> None:
    s3 = FakeS3({f"in/{number:03}.csv.gz": b"\x1f\x8b" + b"x" * 1000 for number in range(200)})
    assert len(planned(s3, piece_bytes=20).pieces) == 200
    assert len(s3.ranges) <= 2 * MOST_FILES


def test_large_files_are_left_to_workers_in_ranges_of_about_equal_size() -> None:
    content = b"Id\n" + b"1\n" * 5000
    s3: Any = FakeS3({f"in/{name}.csv": content for name in "ab"})
    made = plan(s3, WHOLE, PlanSettings(piece_bytes=100, piece_rows=1, survey_bytes=10_000))
    assert made.survey_bytes == 2 * len(content)
    (item,) = made.items()
    assert [(part["key"], part["start"], part["end"]) for part in item["ranges"]] == [
        (f"in/{name}.csv", 0, len(content)) for name in "ab"
    ]


@pytest.mark.parametrize(
    "content",
    [b"\x1f\x8b" + b"x" * 300, ("Id,Address\n" + "1,a\n" * 50).encode("utf-16"), b"%PDF-1.7\n" + b"x\n" * 99],
)
def test_a_large_file_that_cannot_be_cut_is_one_piece(content: bytes) -> None:
    (piece,) = planned(FakeS3({"in/a.csv": content}), piece_bytes=20).pieces
    (source,) = piece["sources"]
    assert (source["start"], source["end"], source["line"]) == (0, len(content), 1)


def test_small_files_share_a_piece_until_they_have_rows_enough() -> None:
    s3 = FakeS3({f"in/{number}.csv": b"Id\n" + b"1\n" * 9 for number in range(10)})
    pieces = planned(s3, piece_bytes=10, piece_rows=30).pieces
    assert [len({source["key"] for source in piece["sources"]}) for piece in pieces] == [3, 3, 3, 1]


def test_a_survey_reads_back_as_it_was_written_and_a_missing_result_is_told() -> None:
    s3 = FakeS3({"in/a.csv": b"Id\n" + b'1,"a\nb"\n' * 50})
    made = plan(s3, WHOLE, PlanSettings(piece_bytes=20, piece_rows=1, survey_bytes=1))  # type: ignore[arg-type]
    store: Any = StoreInMemory()
    files = SurveyFiles(store, "bucket", JobKey("app", "IMPORT", "job"), "name")
    assert files.begin(made) == 1
    with pytest.raises(SurveyIncompleteError, match=r"in/a\.csv, bytes 0 to 403"):
        list(files.results())
    (item,) = made.items()
    found = survey_all(Surveyors(s3, WHOLE).of(item["piece_bytes"]), item["ranges"])  # type: ignore[arg-type]
    files.write_result(item, found)
    assert list(files.results()) == found
    assert files.plan() == made
    assert files.plan().pieces(files.results()) == planned(s3, piece_bytes=20).pieces


class StoreInMemory:
    """The service's bucket, as far as a survey needs it."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}

    def put_object(self, **request: Any) -> None:
        self.objects[request["Key"]] = request["Body"]

    def get_object(self, **request: Any) -> dict[str, Any]:
        if request["Key"] not in self.objects:
            raise refusal("AccessDenied", 403)
        return {"Body": io.BytesIO(self.objects[request["Key"]])}

    def list_objects_v2(self, **request: Any) -> dict[str, Any]:
        return {"Contents": [{"Key": key} for key in self.objects if key.startswith(request["Prefix"])]}

"""The plan: which files are taken, which are told as skipped, and how they are cut."""

from dataclasses import replace
from typing import Any, NamedTuple

from audience.imports.definition import ImportDefinition
from audience.imports.plan import Surveyors, plan, survey_all
from audience.settings import PlanSettings
from audience.sources.pieces import Piece
from tests.unit.sources.fake_s3 import FakeS3

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

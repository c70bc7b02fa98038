"""A job names the files that its plan and its pieces left out, once each, and fails where nothing else was there."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from audience.jobs.pieces import PieceRecord
from audience.jobs.skipped_files import (
    MAX_BYTES,
    MOST_SKIPPED,
    first_skipped,
    skipped_files,
    why_nothing_was_read,
)

UNFIT = PieceRecord(0, status="DONE", skipped=["s3://b/x: line 1: this is a zip archive"])
READ = PieceRecord(1, status="DONE", was_read=True)


@given(st.lists(st.text(max_size=4) | st.sampled_from(["é" * 1024, "é" * 1025]), max_size=300))
def test_the_first_are_kept_without_doubles_as_far_as_there_is_room(files: list[str]) -> None:
    kept = first_skipped(files)
    assert kept == list(dict.fromkeys(files))[: len(kept)]
    assert first_skipped([*kept, *files]) == kept
    assert len(kept) <= MOST_SKIPPED
    assert sum(len(file.encode()) for file in kept) <= MAX_BYTES


def test_a_hundred_files_are_named_and_no_more_bytes_than_the_jobs_item_has_room_for() -> None:
    assert len(first_skipped(map(str, range(200)))) == 100
    assert len(first_skipped(f"{number:04}" + "é" * 998 for number in range(100))) == 50


def test_the_plans_come_first_and_finishing_again_changes_nothing() -> None:
    planned = ["s3://b/a: its name says JSON"]
    found = skipped_files(planned, [UNFIT, READ])
    assert found == {"skipped_files": [*planned, *UNFIT.skipped]}
    assert skipped_files(found["skipped_files"], [UNFIT, READ]) == found
    assert skipped_files(None, [READ]) == {}


def test_a_job_that_skipped_all_its_files_has_nothing_to_complete() -> None:
    reason = "no file of the job can be read: s3://b/x: line 1: this is a zip archive"
    assert why_nothing_was_read([UNFIT], 1) == reason
    assert why_nothing_was_read([UNFIT, READ], 2) == ""
    assert why_nothing_was_read([replace(UNFIT, was_read=True)], 1) == ""
    assert why_nothing_was_read([READ, replace(READ, was_read=False)], 2) == ""
    assert why_nothing_was_read([UNFIT], 2) == ""  # the other piece is told of as failed
    assert why_nothing_was_read([replace(UNFIT, status="FAILED")], 1) == ""
    assert why_nothing_was_read([], 0) == ""

"""The counts of a job follow from its piece records and the number of planned pieces, from nothing else."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from audience.jobs.file_names import FileNames
from audience.jobs.pieces import (
    Checkpoint,
    PieceRecord,
    SourceFault,
    piece_failures,
    totals,
    totals_of_cancelled,
)

_pieces = st.lists(
    st.builds(
        PieceRecord,
        index=st.integers(0, 9),
        status=st.sampled_from(["RUNNING", "DONE", "FAILED"]),
        processed=st.integers(0, 1000),
        failed=st.integers(0, 1000),
        reason=st.sampled_from(["", "the source was cut off"]),
    ),
    max_size=10,
    unique_by=lambda piece: piece.index,
)


@given(pieces=_pieces)
def test_every_planned_piece_is_completed_or_failed(pieces: list[PieceRecord]) -> None:
    found = totals(pieces, 10)
    assert found["total_pieces"] == found["completed_pieces"] + found["failed_pieces"] == 10
    assert found["completed_pieces"] == sum(piece.status == "DONE" for piece in pieces)
    assert found["total_processed"] == sum(piece.processed for piece in pieces)
    assert found["total_failures"] == sum(piece.failed for piece in pieces)


@given(pieces=_pieces)
def test_a_cancelled_jobs_pieces_are_completed_failed_or_not_attempted(pieces: list[PieceRecord]) -> None:
    found = totals_of_cancelled(pieces, 10)
    assert found["completed_pieces"] + found["failed_pieces"] + found["not_attempted_pieces"] == 10
    assert found["failed_pieces"] == sum(piece.status == "FAILED" for piece in pieces)


@given(pieces=_pieces)
def test_each_piece_that_was_not_completed_has_a_line_in_the_order_of_the_plan(
    pieces: list[PieceRecord],
) -> None:
    found = piece_failures(pieces, 10)
    done = {piece.index for piece in pieces if piece.status == "DONE"}
    missing = [index for index in range(10) if index not in done]
    assert len(found) == len(missing) == totals(pieces, 10)["failed_pieces"]
    for line, index in zip(found, missing, strict=True):
        assert line.startswith(f"piece {index + 1} of 10 was not completed: ")


def test_a_piece_is_failed_for_its_reason_or_for_want_of_an_end() -> None:
    pieces = [PieceRecord(0, status="FAILED", reason="no such key"), PieceRecord(1)]
    assert piece_failures(pieces, 3) == [
        "piece 1 of 3 was not completed: no such key",
        "piece 2 of 3 was not completed: its worker did not come to an end",
        "piece 3 of 3 was not completed: its worker did not come to an end",
    ]


def test_each_source_at_fault_is_told_and_so_is_what_ended_the_piece() -> None:
    faults = [SourceFault(1, "s3://b/x", "is gone"), SourceFault(4, "s3://b/y", "is not there")]
    over = PieceRecord(0, status="FAILED", over=True, faults=faults)
    stopped = PieceRecord(1, status="FAILED", reason="no time", faults=faults[:1])
    assert piece_failures([over, stopped], 2) == [
        "piece 1 of 2 was not completed: s3://b/x is gone",
        "piece 1 of 2 was not completed: s3://b/y is not there",
        "piece 2 of 2 was not completed: s3://b/x is gone",
        "piece 2 of 2 was not completed: no time",
    ]


def test_a_job_without_pieces_counts_nothing() -> None:
    assert set(totals([], 0).values()) == {0}
    assert piece_failures([], 0) == []


def test_an_interval_adds_to_the_record_and_clears_the_reason_it_failed_for() -> None:
    before = PieceRecord(
        3,
        status="FAILED",
        processed=5,
        failed=1,
        member_runs=FileNames().plus(["a"]),
        intervals=1,
        reason="x",
    )
    at = Checkpoint(1, 70, 8)
    after = before.after(at=at, done=True, processed=2, failed=3, runs=["b"], failures=["f"])
    assert after == replace(
        before,
        status="DONE",
        checkpoint=at,
        processed=7,
        failed=4,
        member_runs=FileNames().plus(["a", "b"]),
        failure_files=FileNames().plus(["f"]),
        intervals=2,
        reason="",
    )

"""A piece counts what its sources count; a source that is planned again counts nothing until it is read."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from audience.imports.source_counts import SourceCounts, after_interval, replanned
from audience.jobs.file_names import OF_NO_SOURCE, FileNames
from audience.jobs.pieces import Checkpoint, PieceRecord

# Of each source: the rows of its intervals (processed, failed), and whether it cannot be read to its end.
_rows = st.tuples(st.integers(0, 5), st.integers(0, 5))
_sources = st.lists(st.tuples(st.lists(_rows, min_size=1, max_size=4), st.booleans()), max_size=5)


def read(sources: list[tuple[list[tuple[int, int]], bool]]) -> PieceRecord:
    """The record of a piece, an interval for each part of a source, each with a file of its own."""
    piece = PieceRecord(0)
    for number, (rows, broken) in enumerate(sources):
        for place, (processed, failed) in enumerate(rows):
            ended = place == len(rows) - 1
            fault = "is broken" if ended and broken else ""
            owner = OF_NO_SOURCE if ended and not fault else number
            piece = after_interval(
                piece,
                Checkpoint(number + ended),
                [SourceCounts(number, f"s3://b/{number}", processed, failed, ended, fault)],
                done=ended and number == len(sources) - 1,
                runs=piece.member_runs.plus([f"{number}-{place}"], owner),
                failures=piece.failure_files.plus([f"{number}-{place}"], owner),
            )
    return piece


@given(sources=_sources, data=st.data())
def test_the_counts_and_files_of_a_source_that_is_planned_again_are_removed(
    sources: list[tuple[list[tuple[int, int]], bool]], data: st.DataObject
) -> None:
    piece = read(sources)
    broken = [number for number, (_, fails) in enumerate(sources) if fails]
    assert [fault.source for fault in piece.faults] == broken
    assert piece.status == ("RUNNING" if not sources else "FAILED" if broken else "DONE")
    again = data.draw(st.sets(st.sampled_from(broken))) if broken else set()
    left = replanned(piece, again, {number: "is not there" for number in broken if number not in again})
    counted = [rows for number, (parts, _) in enumerate(sources) if number not in again for rows in parts]
    assert (left.processed, left.failed) == (sum(row[0] for row in counted), sum(row[1] for row in counted))
    names = [
        f"{number}-{place}"
        for number, (parts, _) in enumerate(sources)
        if number not in again
        for place in range(len(parts))
    ]
    assert [*left.member_runs] == [*left.failure_files] == names
    assert [str(fault) for fault in left.faults] == [
        f"s3://b/{number} is not there" for number in broken if number not in again
    ]
    assert (left.intervals, left.ended) == (piece.intervals + 1, piece.ended and not again)


def test_the_record_names_each_skipped_source_once_and_knows_whether_one_was_read() -> None:
    piece = PieceRecord(0)
    skipped = [
        SourceCounts(number, f"s3://b/{number}", 0, 0, ended=True, skipped="is none") for number in (0, 1)
    ]
    opened = SourceCounts(2, "s3://b/2", 3, 0, ended=False)
    names = FileNames()

    def after(counts: list[SourceCounts], *, done: bool) -> PieceRecord:
        return after_interval(piece, Checkpoint(3), counts, done=done, runs=names, failures=names)

    piece = after([skipped[0]], done=False)
    piece = after([skipped[1], opened], done=False)
    assert (piece.skipped, piece.was_read) == (["s3://b/0: is none", "s3://b/1: is none"], False)
    piece = after([replace(opened, processed=0, ended=True)], done=True)
    assert (piece.skipped, piece.was_read) == (["s3://b/0: is none", "s3://b/1: is none"], True)
    assert (piece.status, piece.processed, piece.faults) == ("DONE", 3, [])
    again = replanned(piece, set(), {})
    assert (again.skipped, again.was_read) == (piece.skipped, True)
    assert PieceRecord.from_item(piece.to_item()) == piece


def test_a_fault_is_no_reading() -> None:
    broken = SourceCounts(0, "s3://b/0", 3, 0, ended=True, fault="is broken")
    names = FileNames()
    piece = after_interval(PieceRecord(0), Checkpoint(1), [broken], done=True, runs=names, failures=names)
    assert (piece.was_read, piece.skipped) == (False, [])

"""Failed sources get a new number at the end of their piece; sources that were read leave the plan."""

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audience.imports.replan import CHANGED_IN_PARTS, MISSING, Replanner
from audience.imports.source_counts import SourceCounts, after_interval
from audience.jobs.pieces import Checkpoint, PieceRecord
from audience.sources.pieces import Piece, by_number
from tests.unit.imports.pieces_in_memory import PiecesInMemory
from tests.unit.imports.sources import source_of
from tests.unit.sources.fake_s3 import FakeS3

NAMES = ("a", "b", "c", "d")


class Job:
    """One piece with four files; a run fails those that are told and reads the others."""

    def __init__(self) -> None:
        self.s3 = FakeS3({name: name.encode() * 5 for name in NAMES})
        self.plan: list[Piece] = [{"index": 0, "sources": [source_of(self.s3, name) for name in NAMES]}]
        self.pieces = PiecesInMemory()
        self.record: dict[str, Any] = {}
        self.read: list[str] = []

    @property
    def piece(self) -> PieceRecord:
        return self.pieces.get(0)

    def run(self, broken: set[str]) -> None:
        """Read on from the checkpoint as a worker does, each source in an interval of its own."""
        known = by_number(self.plan[0])
        while not self.piece.ended:
            number = self.piece.checkpoint.source
            name = known[number]["key"]
            fault = "is broken" if name in broken or self.s3.etag(name) != known[number]["etag"] else ""
            self.read += [] if fault else [name]
            part = SourceCounts(number, f"s3://bucket/{name}", 2, 1, ended=True, fault=fault)
            after = after_interval(
                self.piece,
                Checkpoint(number + 1),
                [part],
                done=number + 1 not in known,
                runs=self.piece.member_runs.plus([name], number),
                failures=self.piece.failure_files,
            )
            self.pieces.record(after)

    def again(self) -> None:
        replanner = Replanner(lambda: self.s3, "bucket", self.pieces)  # type: ignore[arg-type]
        self.record |= replanner.run(self.record.get("replanned_files", []), self.plan, lambda _: None)


@given(
    runs=st.lists(
        st.tuples(st.sets(st.sampled_from(NAMES)), st.sets(st.sampled_from(NAMES), max_size=1)), max_size=6
    )
)
def test_each_file_is_read_once_and_the_plan_does_not_grow_whatever_the_retries(
    runs: list[tuple[set[str], set[str]]],
) -> None:
    job = Job()
    for broken, gone in runs:
        job.run(broken)
        kept = {name: job.s3.objects.pop(name) for name in gone}
        job.again()
        left = {fault.place[-1] for fault in job.piece.faults}
        assert left <= gone
        assert len(job.plan[0]["sources"]) <= len(NAMES)
        job.s3.objects |= kept
    job.run(set())
    job.again()
    job.run(set())
    assert sorted(job.read) == sorted(job.piece.member_runs) == list(NAMES)
    assert (job.piece.status, job.piece.processed, job.piece.failed, job.piece.faults) == ("DONE", 8, 4, [])


def test_a_changed_file_is_read_as_it_is_now_and_the_job_names_it() -> None:
    job = Job()
    job.run({"b"})
    job.s3.objects["b"] = b"mended"
    job.again()
    (source,) = job.plan[0]["sources"]
    assert (source["end"], source["size"], source["etag"]) == (6, 6, job.s3.etag("b"))
    assert (source["number"], source["instead_of"]) == (4, 1)
    assert job.record == {"replanned_files": ["s3://bucket/b"]}
    job.record = {}  # as where the planner died before it could set that
    job.again()
    assert job.record == {"replanned_files": ["s3://bucket/b"]}
    assert job.plan[0]["sources"] == [source]


def test_the_plan_is_written_before_a_record_is_changed() -> None:
    job = Job()
    job.run({"b"})
    before = deepcopy(job.piece)

    def kept(plan: list[Piece]) -> None:
        assert [source["key"] for source in plan[0]["sources"]] == ["b"]
        assert job.piece == before

    Replanner(lambda: job.s3, "bucket", job.pieces).run([], job.plan, kept)  # type: ignore[arg-type]
    assert job.piece.status == "RUNNING"


@pytest.mark.parametrize(("content", "reason"), [(b"other", CHANGED_IN_PARTS), (None, MISSING)])
def test_a_part_of_a_changed_file_stays_failed(content: bytes | None, reason: str) -> None:
    job = Job()
    job.plan[0]["sources"][1] |= {"start": 2}
    job.run({"b"})
    job.s3.objects.pop("b")
    if content is not None:
        job.s3.objects["b"] = content
    job.again()
    assert [str(fault) for fault in job.piece.faults] == [f"s3://bucket/b {reason}"]
    assert (job.piece.status, job.piece.ended, job.record) == ("FAILED", True, {})

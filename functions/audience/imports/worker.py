"""The work on one piece: interval after interval, each recorded before the next begins."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import uuid4

from audience.aws.upload import Upload
from audience.errors import PieceOvertakenError
from audience.imports.checkpoint_interval import CheckpointInterval, Merger, Readers
from audience.imports.failures import Failure, failure_lines
from audience.imports.source_counts import after_interval
from audience.jobs.file_names import FileNames, WorkerFileNames
from audience.jobs.model import JobKey, Record
from audience.jobs.piece_runner import run_piece
from audience.jobs.piece_store import PieceStore
from audience.jobs.pieces import PieceRecord
from audience.jobs.store import JobStore
from audience.segments.members import write_run


@dataclass(frozen=True)
class ImportWorker:
    """What a piece needs: the job, where its results go, and how its rows are read and merged."""

    key: JobKey
    job: Record
    jobs: JobStore
    pieces: PieceStore
    s3: Any
    bucket: str
    merger: Merger
    # What no other worker of the piece names its files with.
    token: Callable[[], str] = lambda: uuid4().hex[:16]
    # How many requests the table takes at once now (audience.aws.adaptive_concurrency).
    concurrency: Callable[[], int] | None = None

    def run(
        self,
        index: int,
        readers: Readers,
        may_go_on: Callable[[], bool],
        deadline: int,
    ) -> bool:
        """Work on the piece; see audience.jobs.piece_runner for what is given and returned.

        Raises:
            SourceInterruptedError: a source could not be read on this time; the rows before it are recorded. One that
                cannot be read at all is recorded as a fault of that source, and the others go on.
        """
        kept = lru_cache(maxsize=1)(readers)  # an interval goes on with the stream of the one before it
        names = WorkerFileNames(self.key.work_prefix, index, self.token())
        return run_piece(
            self.pieces,
            index,
            may_go_on,
            deadline,
            lambda piece: self._interval(piece, kept, may_go_on, names),
        )

    def _interval(
        self, piece: PieceRecord, readers: Readers, may_go_on: Callable[[], bool], names: WorkerFileNames
    ) -> PieceRecord:
        defines = bool(self.job["Definition"]["DefineSegment"])
        interval = CheckpointInterval(
            self.merger, self.job["CreationDate"], keep_members=defines, concurrency=self.concurrency
        )
        reached, done = interval.run(readers, piece.checkpoint, may_go_on)
        parts = interval.parts()
        runs, failures = self._files(piece, interval, names)
        after = after_interval(piece, reached, parts, done=done, runs=runs, failures=failures)
        try:
            self.pieces.record(after)
        except PieceOvertakenError:
            # The same piece runs somewhere else too, and that one was faster: its files count, ours don't.
            return self.pieces.get(piece.index)
        self.jobs.count(
            self.key,
            CompletedPieces=int(after.status == "DONE"),
            TotalProcessed=after.processed - piece.processed,
            TotalFailures=after.failed - piece.failed,
        )
        if interval.cut_short is not None:
            raise interval.cut_short
        return after

    def _files(
        self, piece: PieceRecord, interval: CheckpointInterval, names: WorkerFileNames
    ) -> tuple[FileNames, FileNames]:
        """Write the interval's files and return the names of all that count for the piece with them."""
        runs, failures = piece.member_runs, piece.failure_files
        for share in interval.shares():
            if share.members:
                name = names.next("members", ".gz")
                write_run(self.s3, self.bucket, name, share.members)
                runs = runs.plus([name], share.source)
            if share.failures:
                name = names.next("failures", ".jsonl")
                self._write_failures(name, share.failures)
                failures = failures.plus([name], share.source)
        return runs, failures

    def _write_failures(self, name: str, failures: list[Failure]) -> None:
        with Upload(self.s3, self.bucket, name) as upload:
            for line in failure_lines(failures):
                upload.write(line)

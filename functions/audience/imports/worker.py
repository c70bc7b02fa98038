"""The worker of an import piece: interval after interval, each recorded before the next begins."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from uuid import uuid4

from audience.aws.async_dynamodb import Runner
from audience.aws.client_types import S3Client
from audience.aws.upload import Upload
from audience.errors import PieceOvertakenError
from audience.ignored_names import first_names
from audience.imports.checkpoint_interval import CheckpointInterval, Readers
from audience.imports.failures import Failure, failure_lines
from audience.imports.interval_rows import Inserter, Merger
from audience.imports.source_counts import after_interval
from audience.jobs.file_names import FileNames, WorkerFileNames
from audience.jobs.model import JobKey
from audience.jobs.piece_runner import run_piece
from audience.jobs.piece_store import PieceStore
from audience.jobs.pieces import PieceRecord
from audience.jobs.store import JobStore
from audience.segments.members import write_run

# An interval is counted in the job's record when it ends. So many seconds of rows at most, so that a client sees the
# counts of a piece grow also where the table takes few rows a second.
MAX_SECONDS = 5.0


@dataclass(frozen=True)
class ImportWorker:
    """What the work on a piece needs: the job, its stores, where results go, and what merges a row."""

    key: JobKey
    created: str  # when the job was, ISO 8601
    defines_segment: bool
    jobs: JobStore
    pieces: PieceStore
    s3: S3Client
    bucket: str
    merger: Merger
    # Makes a part of file names that no other worker of the piece uses.
    token: Callable[[], str] = lambda: uuid4().hex[:16]
    # Runs what the merger waits for; without one, it never waits.
    runner: Runner | None = None
    # Inserts the endpoints of rows where they are new, if any.
    inserter: Inserter | None = None
    clock: Callable[[], float] = time.monotonic  # seconds

    def run(
        self,
        index: int,
        readers: Readers,
        may_go_on: Callable[[], bool],
        deadline: int,
    ) -> bool:
        """Work on the piece; see audience.jobs.piece_runner for arguments and result.

        Raises:
            SourceInterruptedError: a source could not be read on this time; the rows before it are recorded. One that
                cannot be read at all is recorded as a fault of that source, and the others go on.
        """
        cached = lru_cache(maxsize=1)(
            readers
        )  # an interval goes on with the open stream of the one before it
        names = WorkerFileNames(self.key.work_prefix, index, self.token())
        return run_piece(
            self.pieces,
            index,
            may_go_on,
            deadline,
            lambda piece: self._interval(piece, cached, may_go_on, names),
        )

    def _interval(
        self, piece: PieceRecord, readers: Readers, may_go_on: Callable[[], bool], names: WorkerFileNames
    ) -> PieceRecord:
        interval = CheckpointInterval(
            self.merger,
            self.created,
            keep_members=self.defines_segment,
            runner=self.runner,
            inserter=self.inserter,
            piece=f"{self.key.job_id}-{piece.index}",
        )
        end = self.clock() + MAX_SECONDS
        reached, done = interval.run(readers, piece.checkpoint, lambda: self.clock() < end and may_go_on())
        counts = interval.source_counts()
        runs, failures = self._write_files(piece, interval, names)
        after = after_interval(piece, reached, counts, done=done, runs=runs, failures=failures)
        after = replace(after, ignored=first_names(piece.ignored, interval.ignored))
        try:
            self.pieces.record(after)
        except PieceOvertakenError:
            # Another worker of the same piece recorded this interval first: its files count, ours do not.
            return self.pieces.get(piece.index)
        self.jobs.count(
            self.key,
            completed_pieces=int(after.status == "DONE"),
            total_processed=after.processed - piece.processed,
            total_failures=after.failed - piece.failed,
        )
        if interval.cut_short is not None:
            raise interval.cut_short
        return after

    def _write_files(
        self, piece: PieceRecord, interval: CheckpointInterval, names: WorkerFileNames
    ) -> tuple[FileNames, FileNames]:
        """Write the interval's files; return all membership and failure files that count with them."""
        runs, failures = piece.member_runs, piece.failure_files
        for group in interval.output_groups():
            if group.members:
                name = names.next("members", ".gz")
                write_run(self.s3, self.bucket, name, group.members)
                runs = runs.plus([name], group.source)
            if group.failures:
                name = names.next("failures", ".jsonl")
                self._write_failures(name, group.failures)
                failures = failures.plus([name], group.source)
        return runs, failures

    def _write_failures(self, name: str, failures: list[Failure]) -> None:
        with Upload(self.s3, self.bucket, name) as upload:
            for line in failure_lines(failures):
                upload.write(line)

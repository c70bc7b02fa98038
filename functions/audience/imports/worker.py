"""The work on one piece: stretch after stretch, each recorded before the next begins."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import uuid4

from audience.aws.upload import Upload
from audience.errors import PieceOvertakenError
from audience.imports.failures import failure_lines
from audience.imports.reader import SourceReader
from audience.imports.stretch import Merger, Stretch
from audience.jobs.model import JobKey, Record
from audience.jobs.pieces import PieceRecord, PieceStore
from audience.jobs.store import JobStore
from audience.jobs.work import work_on
from audience.segments.members import write_run


@dataclass(frozen=True)
class Worker:
    """What a piece needs: the job, where its results go, and how its rows are read and merged."""

    key: JobKey
    job: Record
    jobs: JobStore
    pieces: PieceStore
    s3: Any
    bucket: str
    merger: Merger

    def run(
        self,
        index: int,
        readers: Callable[[int], SourceReader | None],
        may_go_on: Callable[[], bool],
        until: int,
    ) -> bool:
        """Work on the piece; see audience.jobs.work for what is given and returned.

        Raises:
            SourceChangedError: a source is not what it was.
            SourceUnreadableError: a source cannot be read on.
            SourceInterruptedError: a source could not be read on this time. In each case the rows before it are
                recorded.
        """
        kept = lru_cache(maxsize=1)(readers)  # a stretch goes on with the stream of the one before it
        return work_on(
            self.pieces, index, may_go_on, until, lambda piece: self._stretch(piece, kept, may_go_on)
        )

    def _stretch(
        self,
        piece: PieceRecord,
        readers: Callable[[int], SourceReader | None],
        may_go_on: Callable[[], bool],
    ) -> PieceRecord:
        defines = bool(self.job["Definition"]["DefineSegment"])
        stretch = Stretch(self.merger, self.job["CreationDate"], keep_members=defines)
        reached, done = stretch.run(readers, piece.checkpoint, may_go_on)
        failed = len(stretch.failures)
        after = piece.after(
            at=reached,
            done=done,
            processed=stretch.processed,
            failed=failed,
            runs=self._write_members(piece, stretch),
            failures=self._write_failures(piece, stretch),
        )
        try:
            self.pieces.record(after)
        except PieceOvertakenError:
            # The same piece runs somewhere else too, and that one was faster: its files count, ours don't.
            return self.pieces.get(piece.index)
        self.jobs.count(
            self.key, CompletedPieces=int(done), TotalProcessed=stretch.processed, TotalFailures=failed
        )
        if stretch.cut_short is not None:
            raise stretch.cut_short
        return after

    def _write_members(self, piece: PieceRecord, stretch: Stretch) -> list[str]:
        if not stretch.members:
            return []
        name = self._name("members", piece, ".gz")
        write_run(self.s3, self.bucket, name, stretch.members)
        return [name]

    def _write_failures(self, piece: PieceRecord, stretch: Stretch) -> list[str]:
        if not stretch.failures:
            return []
        name = self._name("failures", piece, ".jsonl")
        with Upload(self.s3, self.bucket, name) as upload:
            for line in failure_lines(stretch.failures):
                upload.write(line)
        return [name]

    def _name(self, kind: str, piece: PieceRecord, suffix: str) -> str:
        """A name no other run of the piece has: only the record says whose files count."""
        return f"{self.key.work_prefix}{kind}/{piece.index:08d}-{piece.stretches}-{uuid4().hex}{suffix}"

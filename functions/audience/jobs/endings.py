"""The end of a job: its counts from the piece records, its failures, and the status it ends with."""

from collections.abc import Callable
from typing import Any

from audience.batches.manifest import batch_folder, discard_batch
from audience.errors import PermanentError
from audience.identifiers import now_iso
from audience.imports.failures import MOST_SHOWN, write_failure_file
from audience.jobs.lifecycle import Lifecycle
from audience.jobs.model import JobKey, Record
from audience.jobs.pieces import PieceRecord, PieceStore
from audience.jobs.reasons import reason_of
from audience.jobs.status import Status
from audience.jobs.totals import piece_failures, totals, totals_of_cancelled

# What is done for a completed job before anybody is told: the job, its pieces, its counts, which may be added to, and
# the date of its end.
Publish = Callable[[Record, list[PieceRecord], Record, str], None]


class Endings:
    """Ends jobs: for the finish steps, and in their place where an execution was lost."""

    def __init__(self, s3: Any, bucket: str, lifecycle: Lifecycle, control: Any) -> None:
        """Take the S3 client, the service's bucket, how statuses move, and the control table."""
        self._s3 = s3
        self._bucket = bucket
        self._lifecycle = lifecycle
        self._control = control

    def finish(self, key: JobKey, error: dict[str, str] | None, publish: Publish, until: int) -> Status:
        """End a job whose pieces have all been tried; done again, it changes nothing.

        Args:
            key: the job.
            error: what a state before this one failed for ({Error, Cause}), if one did.
            publish: called for a job that is complete, before it is COMPLETED.
            until: when this function is dead at the latest, in seconds since 1970.

        Returns:
            The status the job ended with; FAILING where its execution is over and somebody else ends it.
        """
        jobs = self._lifecycle.jobs
        self._lifecycle.advance(key, "COMPLETING")
        if jobs.note_finishing(key, until):
            try:
                self._finish(key, error, publish)
            finally:
                jobs.note_finishing(key, 0)
        return jobs.get(key)["JobStatus"]  # type: ignore[no-any-return]

    def _finish(self, key: JobKey, error: dict[str, str] | None, publish: Publish) -> None:
        job = self._lifecycle.jobs.get(key)
        pieces = PieceStore(self._control, key.job_id).all()
        found = self.results(key, job, pieces, reason_of(error) if error else "")
        status = ending_of(job["JobStatus"], failed=bool(error or found["FailedPieces"]))
        now = now_iso()
        if status == "COMPLETED":
            try:
                publish(job, pieces, found, now)
            except PermanentError as wrong:  # it would fail the next time too, and the owner is to know why
                status = "FAILED"
                found["Failures"] = [str(wrong), *found["Failures"]][:MOST_SHOWN]
        if status != "COMPLETED":
            self.discard(key, job)
        self._lifecycle.advance(key, status, CompletionDate=now, **found)

    def results(self, key: JobKey, job: Record, pieces: list[PieceRecord], reason: str) -> Record:
        """The counters and `Failures` of the job; the whole failure file is written on the way.

        `reason` is why the job as a whole cannot be completed, empty where it can; it is the first thing shown.
        """
        count = job.get("TotalPieces", 0)
        files = [name for piece in pieces for name in piece.failure_files]
        rows = write_failure_file(self._s3, self._bucket, key.failures_key, files) if files else []
        shown = [reason] if reason else []
        if job["JobStatus"] == "CANCELLING":
            return {**totals_of_cancelled(pieces, count), "Failures": [*shown, *rows][:MOST_SHOWN]}
        shown += piece_failures(pieces, count)
        return {**totals(pieces, count), "Failures": [*shown, *rows][:MOST_SHOWN]}

    def discard(self, key: JobKey, job: Record) -> None:
        """Remove what may not be there in part: the batches of a profile export that was not completed."""
        if key.kind == "PROFILE_EXPORT":
            definition = job["Definition"]
            for batch in definition["Batches"]:
                folder = batch_folder(key.application_id, definition["DatasetId"], batch)
                discard_batch(self._s3, self._bucket, folder)


def ending_of(present: str, *, failed: bool) -> Status:
    """The terminal status of a job that is `present` now."""
    if present == "CANCELLING":
        return "CANCELLED"
    return "FAILED" if failed else "COMPLETED"

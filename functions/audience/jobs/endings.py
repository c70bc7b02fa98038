"""The end of a job: its counts from the piece records, its failures, and the status it ends with."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from audience.batches.manifest import batch_folder, discard_batch
from audience.errors import PermanentError
from audience.identifiers import now_iso
from audience.imports.failures import MOST_SHOWN, first_shown, write_failure_file
from audience.jobs.lifecycle import Lifecycle
from audience.jobs.model import JobKey, Record
from audience.jobs.piece_store import PieceStore
from audience.jobs.pieces import PieceRecord, piece_failures, totals, totals_of_cancelled
from audience.jobs.progress import ProgressKeeper, TimeIsUpError
from audience.jobs.reasons import reason_of
from audience.jobs.status import Status

# What is done for a completed job before anybody is told: the job, its pieces, its counts, which may be added to, and
# the date of its end. It may raise TimeIsUpError.
Publish = Callable[[Record, list[PieceRecord], Record, str], None]


class Endings:
    """Ends jobs: for the finish steps, and in place of a finish step whose execution was lost."""

    def __init__(
        self,
        s3: Any,
        bucket: str,
        lifecycle: Lifecycle,
        control: Any,
        may_go_on: Callable[[], bool] = lambda: True,
    ) -> None:
        """Keep the S3 client, the service's bucket, how statuses move, and the control table.

        `may_go_on` says whether there is time for another step; where there is not, another invocation goes on.
        """
        self._s3 = s3
        self._bucket = bucket
        self._lifecycle = lifecycle
        self._control = control
        self._keeper = ProgressKeeper(s3, bucket, lifecycle.jobs, may_go_on)

    def finish(self, key: JobKey, error: dict[str, str] | None, publish: Publish, deadline: int) -> Status:
        """End a job whose pieces have all been tried; doing it again changes nothing.

        Args:
            key: the job.
            error: what a state before this one failed for ({Error, Cause}), if one did.
            publish: called for a job that is complete, before it is COMPLETED.
            deadline: when this function is stopped at the latest, in seconds since 1970.

        Returns:
            The status the job ended with; FAILING where its execution is over and somebody else ends it; COMPLETING or
            CANCELLING where time is up, and this is to be called again.
        """
        jobs = self._lifecycle.jobs
        self._lifecycle.advance(key, "COMPLETING")
        if jobs.note_finishing(key, deadline):
            try:
                with suppress(TimeIsUpError):
                    # Not read again: an ended job may be run again at once, and its status is that of the next run.
                    return self._finish(key, error, publish)
            finally:
                jobs.note_finishing(key, 0)
        return jobs.get(key)["JobStatus"]  # type: ignore[no-any-return]

    def _finish(self, key: JobKey, error: dict[str, str] | None, publish: Publish) -> Status:
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
        moved = self._lifecycle.advance(key, status, CompletionDate=now, **found)
        return status if moved else self._lifecycle.jobs.get(key)["JobStatus"]

    def results(self, key: JobKey, job: Record, pieces: list[PieceRecord], reason: str) -> Record:
        """Return the job's counters and `Failures`, after writing the whole failure file.

        `reason` is why the job as a whole cannot be completed, empty where it can; it is the first thing shown.

        Raises:
            TimeIsUpError: the file is not whole yet, another invocation has to go on.
        """
        count = job.get("TotalPieces", 0)
        files = [name for piece in pieces for name in piece.failure_files]
        rows = self._failures(key, files) if files else []
        shown = [reason] if reason else []
        if job["JobStatus"] == "CANCELLING":
            return {**totals_of_cancelled(pieces, count), "Failures": [*shown, *rows][:MOST_SHOWN]}
        shown += piece_failures(pieces, count)
        return {**totals(pieces, count), "Failures": [*shown, *rows][:MOST_SHOWN]}

    def _failures(self, key: JobKey, files: list[str]) -> list[str]:
        """Write the failure file from those of the pieces and return what of it is shown."""
        progress = self._keeper.of(key, "failures", files)
        write_failure_file(self._s3, self._bucket, key.failures_key, files, progress.document, progress.step)
        return first_shown(self._s3, self._bucket, files)

    def discard(self, key: JobKey, job: Record) -> None:
        """Remove what may not be there in part: the batches of a profile export that was not completed."""
        if key.kind == "PROFILE_EXPORT":
            definition = job["Definition"]
            for batch in definition["Batches"]:
                folder = batch_folder(key.application_id, definition["DatasetId"], batch)
                discard_batch(self._s3, self._bucket, folder)


def ending_of(present: str, *, failed: bool) -> Status:
    """Return the terminal status of a job whose status is `present` now."""
    if present == "CANCELLING":
        return "CANCELLED"
    return "FAILED" if failed else "COMPLETED"

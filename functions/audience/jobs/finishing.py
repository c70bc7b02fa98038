"""The end of a job: its counts from the piece records, its failures, and the status it ends with."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256

import orjson

from audience.aws.client_types import S3Client, Table
from audience.aws.concatenation import State
from audience.errors import PermanentError
from audience.identifiers import now_iso
from audience.jobs.failure_file import MOST_SHOWN, first_shown, write_failure_file
from audience.jobs.kind import Kinds
from audience.jobs.lifecycle import Lifecycle
from audience.jobs.model import Job, JobKey, Members
from audience.jobs.piece_store import PieceStore
from audience.jobs.pieces import PieceRecord, ignored_fields, piece_failures, totals, totals_of_cancelled
from audience.jobs.skipped_files import skipped_files, why_nothing_was_read
from audience.jobs.status import Status
from audience.jobs.store import JobStore
from audience.resumable_work import Progress, TimeIsUpError

# Publishes the result of a job before it is COMPLETED; given the job, its pieces, the fields to set, to which it may
# add, and the date of the job's end (ISO 8601). It may raise TimeIsUpError.
Publish = Callable[[Job, list[PieceRecord], Members, str], None]


class Finisher:
    """Ends jobs: for the finish steps, and in place of a finish step whose execution was lost."""

    def __init__(
        self,
        s3: S3Client,
        bucket: str,
        lifecycle: Lifecycle,
        control: Table,
        kinds: Kinds,
        may_go_on: Callable[[], bool] = lambda: True,
    ) -> None:
        """Keep the S3 client, the service's bucket, how statuses move, the control table, and the kinds of jobs.

        `may_go_on` says whether there is time for another step; where there is not, another invocation goes on.
        """
        self._s3 = s3
        self._bucket = bucket
        self._lifecycle = lifecycle
        self._control = control
        self._kinds = kinds
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
        if jobs.mark_finishing(key, deadline):
            try:
                with suppress(TimeIsUpError):
                    # Not read again: an ended job may be run again at once, and its status is that of the next run.
                    return self._finish(key, error, publish)
            finally:
                jobs.mark_finishing(key, 0)
        return jobs.get(key).status

    def _finish(self, key: JobKey, error: dict[str, str] | None, publish: Publish) -> Status:
        job = self._lifecycle.jobs.get(key)
        pieces = self.pieces_of(key).all()
        reason = reason_of(error) if error else why_nothing_was_read(pieces, job.total_pieces or 0)
        found = self.results(job, pieces, reason)
        status = final_status(job.status, failed=bool(reason or found["failed_pieces"]))
        now = now_iso()
        if status == "COMPLETED":
            try:
                publish(job, pieces, found, now)
            except PermanentError as wrong:  # it would fail the next time too, and the owner is to know why
                status = "FAILED"
                found["failures"] = [str(wrong), *found["failures"]][:MOST_SHOWN]
        if status != "COMPLETED":
            self.discard(job)
        moved = self._lifecycle.advance(key, status, completed=now, **found)
        return status if moved else self._lifecycle.jobs.get(key).status

    def pieces_of(self, key: JobKey) -> PieceStore:
        """Return the store of the job's piece records."""
        return PieceStore(self._control, key.job_id)

    def is_published(self, job: Job) -> bool:
        """Return whether the finish step died between publishing the result and completing the job."""
        return self._kinds[job.key.kind].is_published(self._control, job)

    def results(self, job: Job, pieces: list[PieceRecord], reason: str) -> Members:
        """Return the job's counters and `Failures`, after writing the whole failure file.

        `reason` is why the job as a whole cannot be completed, empty where it can; it is the first thing shown.

        Raises:
            TimeIsUpError: the file is not whole yet, another invocation has to go on.
        """
        count = job.total_pieces or 0
        files = [name for piece in pieces for name in piece.failure_files]
        rows = self._failures(job, files) if files else []
        named = {**ignored_fields(pieces), **skipped_files(job.skipped_files, pieces)}
        shown = [reason] if reason else []
        if job.status == "CANCELLING":
            shown = [*shown, *rows][:MOST_SHOWN]
            return {**totals_of_cancelled(pieces, count), **named, "failures": shown}
        shown = [*shown, *piece_failures(pieces, count), *rows][:MOST_SHOWN]
        return {**totals(pieces, count), **named, "failures": shown}

    def _failures(self, job: Job, files: list[str]) -> list[str]:
        """Write the failure file from those of the pieces, in all its forms, and return what of it is shown."""
        key, kind = job.key, self._kinds[job.key.kind]
        progress = self._keeper.of(key, "failures", files)
        write_failure_file(self._s3, self._bucket, key.failures_key, files, progress.document, progress.step)
        progress = self._keeper.of(key, "failure_forms", files)
        kind.write_failures(self._s3, self._bucket, job, files, progress)
        return first_shown(self._s3, self._bucket, files)

    def discard(self, job: Job) -> None:
        """Remove what may not be there in part of a job that was not completed."""
        self._kinds[job.key.kind].discard(self._s3, self._bucket, self._control, job)


def final_status(present: str, *, failed: bool) -> Status:
    """Return the terminal status of a job whose status is `present` now."""
    if present == "CANCELLING":
        return "CANCELLED"
    return "FAILED" if failed else "COMPLETED"


@dataclass(frozen=True)
class ProgressKeeper:
    """Keeps the progress of a job's end below the job's work prefix.

    Only the job's record says that a document is there: nothing is asked for that may not exist, which S3 answers with
    403 to whoever may not list the bucket.
    """

    s3: S3Client
    bucket: str
    jobs: JobStore
    may_go_on: Callable[[], bool] = lambda: True

    def of(self, key: JobKey, work: str, inputs: Iterable[str]) -> Progress:
        """Return the progress of a job's `work`, empty if it was not begun for exactly these `inputs`."""
        digest = sha256("\n".join(inputs).encode()).hexdigest()
        file = f"{key.work_prefix}finishing/{work}-{digest[:16]}.json"
        job = self.jobs.find(key)
        kept = job is not None and job.progress.get(work) == digest
        found = self.s3.get_object(Bucket=self.bucket, Key=file)["Body"].read() if kept else b"{}"

        def save(present: State) -> None:
            nonlocal kept
            body = orjson.dumps(present)
            self.s3.put_object(Bucket=self.bucket, Key=file, Body=body, ContentType="application/json")
            if not kept:
                self.jobs.mark_progress(key, work, digest)
                kept = True

        return Progress(orjson.loads(found), save, self.may_go_on)


MAX_REASON = 500  # characters


def reason_of(error: Mapping[str, str]) -> str:
    """Return a failed state's error output as one line for a person.

    Args:
        error: `Error`, a name, and `Cause`; for a Lambda the cause is JSON with `errorMessage`
            (https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html).
    """
    name = error.get("Error", "")
    cause = error.get("Cause", "") or ""
    try:
        parsed = orjson.loads(cause)
    except orjson.JSONDecodeError:
        parsed = None
    message = parsed.get("errorMessage") if isinstance(parsed, dict) else cause
    # The cause of an error that AWS names is AWS's text, and may quote what the function answered.
    text = "" if name.startswith(_OF_AWS) else " ".join(f"{message or ''}".split())
    plain = _IN_WORDS.get(name, name)
    return (f"{text} ({plain})" if text else plain)[:MAX_REASON] or "no reason was given"


# https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
_OF_AWS = ("Lambda.", "Runtime.", "Sandbox.", "States.")
_IN_WORDS = {
    "Lambda.TooManyRequestsException": "for hours none of the account's concurrent Lambdas was free",
    "Lambda.Unknown": "the worker was stopped from outside, or ran out of memory",
    "Runtime.ExitError": "the worker was stopped from outside, or ran out of memory",
    "Runtime.OutOfMemory": "the worker ran out of memory",
    "Sandbox.Timedout": "the worker ran into its time limit",
    "States.ItemReaderFailed": "the list of pieces could not be read",
    "States.ResultWriterFailed": "the results of the pieces could not be written",
    "States.Timeout": "the step ran into its time limit",
    "TransientError": "given up after many tries",
    "UnexpectedError": "an unexpected error, given up after several tries",
}

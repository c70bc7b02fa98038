"""The reconciler: makes up for lost starts, lost ends and lost announcements of jobs."""

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Literal

from aws_lambda_powertools import Logger
from botocore.exceptions import BotoCoreError, ClientError

from audience.aws.errors import is_final, plain_message
from audience.identifiers import now_iso
from audience.jobs.concurrency import Scheduler
from audience.jobs.executions import name_of
from audience.jobs.file_names import FileNames
from audience.jobs.finishing import Finisher, final_status, reason_of
from audience.jobs.model import Job, JobKey, Members
from audience.jobs.pieces import PieceRecord
from audience.jobs.status import TERMINAL, Status
from audience.resumable_work import TimeIsUpError

logger = Logger(child=True)

Action = Literal["wait", "forget", "start", "end"]

# An API call writes the record and starts the execution within seconds (its Lambda lives 29); after five minutes
# nobody is going to start it any more.
ABANDONED_AFTER_S = 300
PAUSE_S = 1.0

ENDED_EXECUTIONS = {
    "SUCCEEDED": "the execution ended without a result",
    "FAILED": "the execution failed",
    "TIMED_OUT": "the execution ran into its time limit",
    "ABORTED": "the execution was stopped",
}


def decide(job: Job | None, execution: str | None, age_s: float) -> Action:
    """Return what to do about a job that is listed as active.

    Args:
        job: its record, None where there is none.
        execution: the status of its execution in Step Functions, None where there is none.
        age_s: seconds since the job was made.

    Returns:
        `forget` what was never recorded, `start` what nobody started, `end` what lost its execution, `wait` for all
        else: for its turn to run, or for the announcement of an end.
    """
    if job is None:
        return "forget" if age_s > ABANDONED_AFTER_S else "wait"
    if job.status in TERMINAL or job.status == "PENDING_JOB":
        return "wait"
    if execution is None:
        return "start" if age_s > ABANDONED_AFTER_S else "wait"
    return "end" if execution in ENDED_EXECUTIONS else "wait"


def created_ms(job_id: str) -> int:
    """Return when a job was made, in milliseconds since 1970, from its UUIDv7.

    See RFC 9562, section 5.7.
    """
    return int(job_id[:12], 16)


class Reconciler:
    """Brings every job to its end: one whose execution has ended, or all that are active."""

    def __init__(
        self,
        finisher: Finisher,
        scheduler: Scheduler,
        may_go_on: Callable[[], bool],
        pause: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Keep what ends jobs and what starts them.

        `may_go_on` says whether there is time to wait for workers; `pause` (seconds) and `clock` (seconds since
        1970) are for the tests.
        """
        self._finisher = finisher
        self._scheduler = scheduler
        self._lifecycle = scheduler.lifecycle
        self._jobs = scheduler.lifecycle.jobs
        self._may_go_on = may_go_on
        self._pause = pause
        self._clock = clock

    def reconcile_all(self) -> int:
        """Check every active job, release those that are gone, start those that wait.

        Returns:
            How many jobs were ended.

        Raises:
            ExceptionGroup: some jobs could not be checked; all others were.
        """
        ended, errors = 0, []
        for key in self._jobs.active.all():
            try:
                ended += self._reconcile(key)
            except Exception as error:  # noqa: BLE001 - raised below: one job must not keep others from their end
                logger.error("job not checked", job_id=key.job_id, reason=type(error).__name__)  # noqa: TRY400
                errors.append(error)
        limit = self._scheduler.limit
        running = limit.running()  # before the list: a job is listed first, and counts as running then
        active = {key.job_id for key in self._jobs.active.all()}
        for job_id, application_id in running.items():
            if job_id not in active:
                limit.release(job_id, application_id)
        self._scheduler.start_waiting()
        if errors:
            raise ExceptionGroup(f"{len(errors)} jobs could not be checked", errors)
        return ended

    def _reconcile(self, key: JobKey) -> bool:
        """Do what is to be done about one job, and return whether it was ended."""
        job = self._jobs.find(key)
        if job is not None:
            self._lifecycle.announce(key)
        run = job.run if job else 1
        execution = self._scheduler.executions.describe(key, run)
        status = execution["status"] if execution else None
        match decide(job, status, self._clock() - created_ms(key.job_id) / 1000):
            case "forget":
                self._jobs.active.forget(key)
            case "start" if job and job.status == "CREATED":
                self._scheduler.start(key)
            case "start":  # it counts as running, or need not any more: a CANCELLING job only has to end
                self._scheduler.executions.start(key, run)
            case "end" if execution:
                return self.end(key, run, execution["status"], execution)
            case _:
                pass
        return False

    def execution_ended(self, key: JobKey, name: str, status: str, outcome: Mapping[str, Any]) -> bool:
        """End the job of an execution that has ended, and start the jobs that it makes room for.

        Args:
            key: the job.
            name: the execution's name, which says of which run it was.
            status: how the execution ended.
            outcome: its `error` and `cause`, if any.

        Returns:
            Whether the job was ended by this call.
        """
        job = self._jobs.find(key)
        if job is not None and name != name_of(key, job.run):
            return False  # late news of a run before this one
        ended = job is not None and self.end(key, job.run, status, outcome)
        # Not for a job that still has a worker (reconcile_all ends it), nor for one that was opened again meanwhile.
        job = self._jobs.find(key)
        if job is None or (job.status in TERMINAL and name == name_of(key, job.run)):
            self._scheduler.release(key)
        return ended

    def end(self, key: JobKey, run: int, execution: str, outcome: Mapping[str, Any]) -> bool:
        """End a job whose run's execution ended as `execution`; `outcome` may have an `error` and a `cause`.

        Stopping an execution does not stop the Lambdas it started: they see that the job is FAILING and leave, and
        only then are the counts final.

        Returns:
            False where the job has ended already (the event came late, twice, or after the finish step) or has been
            opened again since (`run`, from 1, is not its present one any more), and where a worker or a finish step
            is still there, or the failure file is not whole yet, when time is up: then the next call goes on.
        """
        try:
            return self._end(key, run, execution, outcome)
        except TimeIsUpError:
            return False

    def _end(self, key: JobKey, run: int, execution: str, outcome: Mapping[str, Any]) -> bool:
        if not self._wait(lambda: self._is_being_finished(key)):
            return False
        job = self._jobs.find(key)
        if job is None or job.status in TERMINAL or job.run != run:
            return False
        pieces = self._finisher.pieces_of(key)
        if job.status == "COMPLETING" and self._finisher.is_published(job):
            found = self._finisher.results(job, pieces.all(), "")
            return self._advance(key, job, "COMPLETED", completed=now_iso(), **found)
        if job.status not in {"FAILING", "CANCELLING"} and not self._advance(key, job, "FAILING"):
            return False
        if not self._wait(lambda: any(piece.busy_until > self._clock() for piece in pieces.all())):
            return False
        found = self._results(job, pieces.all(), _reason(execution, outcome))
        self._finisher.discard(job)
        status = final_status(job.status, failed=True)
        return self._advance(key, job, status, completed=now_iso(), **found)

    def _wait(self, busy: Callable[[], bool]) -> bool:
        """Wait for whoever is busy; return False if time is up before."""
        while busy():
            if not self._may_go_on():
                return False
            self._pause(PAUSE_S)
        return True

    def _is_being_finished(self, key: JobKey) -> bool:
        job = self._jobs.find(key)
        if job is None or job.status in TERMINAL:
            return False
        return job.finishing_until > self._clock()

    def _advance(self, key: JobKey, job: Job, status: Status, **members: Any) -> bool:
        return self._lifecycle.advance(key, status, of=(job.run, self._clock()), **members)

    def _results(self, job: Job, pieces: list[PieceRecord], reason: str) -> Members:
        """Return the job's counters and `Failures`; nothing permanently lost keeps the job from its end."""
        try:
            return self._finisher.results(job, pieces, reason)
        except (ClientError, BotoCoreError) as refused:
            if not is_final(refused):
                raise
            nothing = [replace(piece, failure_files=FileNames()) for piece in pieces]
            lost = f"{reason}; the failure file could not be written: {plain_message(refused)}"
            return self._finisher.results(job, nothing, lost)


def _reason(execution: str, outcome: Mapping[str, Any]) -> str:
    if not (outcome.get("error") or outcome.get("cause")):
        return ENDED_EXECUTIONS[execution]
    why = {"Error": outcome.get("error") or "", "Cause": outcome.get("cause") or ""}
    return f"{ENDED_EXECUTIONS[execution]}: {reason_of(why)}"

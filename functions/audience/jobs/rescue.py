"""Ends a job in place of its finish step, from what its pieces recorded."""

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from audience.aws.errors import is_final, plain_message
from audience.identifiers import now_iso
from audience.jobs.file_names import FileNames
from audience.jobs.finishing import Finisher, final_status, reason_of
from audience.jobs.lifecycle import Lifecycle
from audience.jobs.model import JobKey, Record
from audience.jobs.piece_store import PieceStore
from audience.jobs.pieces import PieceRecord
from audience.jobs.reconcile import ENDED_EXECUTIONS
from audience.jobs.status import TERMINAL, Status
from audience.progress import TimeIsUpError
from audience.segments.store import SegmentStore

PAUSE_S = 1.0


class Rescue:
    """Brings jobs to their end whose execution is over."""

    def __init__(
        self,
        finisher: Finisher,
        lifecycle: Lifecycle,
        control: Any,
        may_go_on: Callable[[], bool],
        pause: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Keep how jobs end, how statuses move, and the control table.

        `may_go_on` says whether there is time to wait for workers; `pause` (seconds) and `clock` (seconds since
        1970) are for the tests.
        """
        self._finisher = finisher
        self._control = control
        self._lifecycle = lifecycle
        self._may_go_on = may_go_on
        self._pause = pause
        self._clock = clock

    def end(self, key: JobKey, run: int, execution: str, told: Mapping[str, Any]) -> bool:
        """End a job whose run's execution ended as `execution`, `told` with its `error` and `cause`, if any.

        Stopping an execution does not stop the Lambdas it started: they see that the job is FAILING and leave, and
        only then are the counts final.

        Returns:
            False where the job has ended already (the event came late, twice, or after the finish step) or has been
            opened again since (`run`, from 1, is not its present one any more), and where a worker or a finish step
            is still there, or the failure file is not whole yet, when time is up: then the next sweep goes on.
        """
        try:
            return self._end(key, run, execution, told)
        except TimeIsUpError:
            return False

    def _end(self, key: JobKey, run: int, execution: str, told: Mapping[str, Any]) -> bool:
        if not self._wait(lambda: self._is_being_finished(key)):
            return False
        job = self._lifecycle.jobs.find(key)
        if job is None or job["JobStatus"] in TERMINAL or job["run"] != run:
            return False
        pieces = PieceStore(self._control, key.job_id)
        if job["JobStatus"] == "COMPLETING" and self._is_published(key, job):
            found = self._finisher.results(key, job, pieces.all(), "")
            return self._advance(key, job, "COMPLETED", CompletionDate=now_iso(), **found)
        if job["JobStatus"] not in {"FAILING", "CANCELLING"} and not self._advance(key, job, "FAILING"):
            return False
        if not self._wait(lambda: any(piece.busy_until > self._clock() for piece in pieces.all())):
            return False
        found = self._results(key, job, pieces.all(), _reason(execution, told))
        self._finisher.discard(key, job)
        status = final_status(job["JobStatus"], failed=True)
        return self._advance(key, job, status, CompletionDate=now_iso(), **found)

    def _wait(self, busy: Callable[[], bool]) -> bool:
        """Wait for whoever is busy; return False if time is up before."""
        while busy():
            if not self._may_go_on():
                return False
            self._pause(PAUSE_S)
        return True

    def _is_being_finished(self, key: JobKey) -> bool:
        job = self._lifecycle.jobs.find(key)
        at_it = job is not None and job["JobStatus"] not in TERMINAL
        return bool(at_it and job and job.get("finishing_until", 0) > self._clock())

    def _is_published(self, key: JobKey, job: Record) -> bool:
        """Return whether the finish step died between publishing the version and completing the job."""
        segment_id = job.get("segment_id")
        if key.kind != "IMPORT" or not segment_id:
            return False
        segments = SegmentStore(self._control)
        return segments.version_of_job(key.application_id, segment_id, key.job_id) is not None

    def _advance(self, key: JobKey, job: Record, status: Status, **members: Any) -> bool:
        return self._lifecycle.advance(key, status, of=(job["run"], self._clock()), **members)

    def _results(self, key: JobKey, job: Record, pieces: list[PieceRecord], reason: str) -> Record:
        """Return the job's counters and `Failures`; nothing permanently lost keeps the job from its end."""
        try:
            return self._finisher.results(key, job, pieces, reason)
        except (ClientError, BotoCoreError) as refused:
            if not is_final(refused):
                raise
            nothing = [replace(piece, failure_files=FileNames()) for piece in pieces]
            lost = f"{reason}; the failure file could not be written: {plain_message(refused)}"
            return self._finisher.results(key, job, nothing, lost)


def _reason(execution: str, told: Mapping[str, Any]) -> str:
    if not (told.get("error") or told.get("cause")):
        return ENDED_EXECUTIONS[execution]
    why = {"Error": told.get("error") or "", "Cause": told.get("cause") or ""}
    return f"{ENDED_EXECUTIONS[execution]}: {reason_of(why)}"

"""Ends a job in place of its finish step, from what its pieces recorded."""

import time
from collections.abc import Callable, Mapping
from typing import Any

from audience.identifiers import now_iso
from audience.jobs.endings import Endings, ending_of
from audience.jobs.lifecycle import Lifecycle
from audience.jobs.model import JobKey
from audience.jobs.pieces import PieceStore
from audience.jobs.reasons import reason_of
from audience.jobs.reconcile import ENDINGS
from audience.jobs.status import TERMINAL

PAUSE_S = 1.0


class Rescue:
    """Brings jobs to their end whose execution is over."""

    def __init__(
        self,
        endings: Endings,
        lifecycle: Lifecycle,
        control: Any,
        may_go_on: Callable[[], bool],
        pause: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Take how jobs end, how statuses move, and the control table.

        `may_go_on` says whether there is time to wait for workers; `pause` (seconds) and `clock` (seconds since
        1970) are for the tests.
        """
        self._endings = endings
        self._control = control
        self._lifecycle = lifecycle
        self._may_go_on = may_go_on
        self._pause = pause
        self._clock = clock

    def end(self, key: JobKey, execution: str, told: Mapping[str, Any]) -> bool:
        """End a job whose execution ended as `execution`, `told` with `error` and `cause` where it has them.

        Stopping an execution does not stop the Lambdas it started: they see that the job is FAILING and leave, and
        only then are the counts final.

        Returns:
            False where the job has ended already (the event came late, twice, or after the finish step), and where a
            worker is still there when time is up: then the next sweep ends the job.
        """
        job = self._lifecycle.jobs.find(key)
        if job is None or job["JobStatus"] in TERMINAL:
            return False
        if job["JobStatus"] != "CANCELLING":
            self._lifecycle.advance(key, "FAILING")
        pieces = PieceStore(self._control, key.job_id)
        while any(piece.busy_until > self._clock() for piece in pieces.all()):
            if not self._may_go_on():
                return False
            self._pause(PAUSE_S)
        found = self._endings.results(key, job, pieces.all(), _reason(execution, told))
        self._endings.discard(key, job)
        status = ending_of(job["JobStatus"], failed=True)
        return self._lifecycle.advance(key, status, CompletionDate=now_iso(), **found)


def _reason(execution: str, told: Mapping[str, Any]) -> str:
    if not (told.get("error") or told.get("cause")):
        return ENDINGS[execution]
    why = {"Error": told.get("error") or "", "Cause": told.get("cause") or ""}
    return f"{ENDINGS[execution]}: {reason_of(why)}"

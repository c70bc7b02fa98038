"""The sweep over all active jobs, which makes up for lost events and starts."""

import time
from collections.abc import Callable

from aws_lambda_powertools import Logger

from audience.jobs.admission import Admission
from audience.jobs.executions import Executions
from audience.jobs.lifecycle import Lifecycle
from audience.jobs.model import JobKey
from audience.jobs.reconcile import born_ms, decide
from audience.jobs.rescue import Rescue
from audience.jobs.slots import Slots

logger = Logger(child=True)


class Sweep:
    """Goes over the active jobs and the slots."""

    def __init__(
        self,
        lifecycle: Lifecycle,
        executions: Executions,
        rescue: Rescue,
        admission: Admission,
        slots: Slots,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Keep what a job may need; `clock` (seconds since 1970) is for the tests."""
        self._lifecycle = lifecycle
        self._executions = executions
        self._rescue = rescue
        self._admission = admission
        self._slots = slots
        self._clock = clock

    def run(self) -> int:
        """Check every active job, free the slots of those that are gone, start who waits for one.

        Returns:
            How many jobs were ended.

        Raises:
            ExceptionGroup: some jobs could not be looked after; all others were.
        """
        ended, troubles = 0, []
        for key in self._lifecycle.jobs.active.all():
            try:
                ended += self._look_after(key)
            except Exception as trouble:  # noqa: BLE001 - told below: one job must not keep others from their end
                logger.error("job not looked after", job_id=key.job_id, reason=type(trouble).__name__)  # noqa: TRY400
                troubles.append(trouble)
        running = self._slots.running()  # before the list: a job is listed first, and takes its slot then
        active = {key.job_id for key in self._lifecycle.jobs.active.all()}
        for job_id, application_id in running.items():
            if job_id not in active:
                self._slots.release(job_id, application_id)
        self._admission.promote()
        if troubles:
            raise ExceptionGroup(f"{len(troubles)} jobs could not be looked after", troubles)
        return ended

    def _look_after(self, key: JobKey) -> bool:
        """Do what is to be done about one job, and return whether it was ended."""
        job = self._lifecycle.jobs.find(key)
        if job is not None:
            self._lifecycle.announce(key)
        run = job["run"] if job else 1
        execution = self._executions.describe(key, run)
        status = execution["status"] if execution else None
        match decide(job, status, self._clock() - born_ms(key.job_id) / 1000):
            case "forget":
                self._lifecycle.jobs.active.forget(key)
            case "start" if job and job["JobStatus"] == "CREATED":
                self._admission.admit(key)
            case "start":  # it has its slot, or needs none any more: a CANCELLING job only has to end
                self._executions.start(key, run)
            case "end" if execution:
                return self._rescue.end(key, run, execution["status"], execution)
            case _:
                pass
        return False

"""Admission: which jobs run now and which wait as PENDING_JOB."""

from audience.jobs.executions import Executions
from audience.jobs.lifecycle import Lifecycle
from audience.jobs.model import JobKey, Record
from audience.jobs.slots import Slots
from audience.jobs.turns import next_jobs


class Admission:
    """Starts executions of jobs; import jobs as slots become free, app after app (audience.jobs.turns)."""

    def __init__(self, lifecycle: Lifecycle, executions: Executions, slots: Slots) -> None:
        """Keep how statuses move, how executions are started, and the slots."""
        self._lifecycle = lifecycle
        self._executions = executions
        self._slots = slots

    def admit(self, key: JobKey) -> None:
        """Start the job, or let an import job wait if no slot is free or it is not its turn."""
        if key.kind != "IMPORT":
            self._executions.start(key, self._lifecycle.jobs.get(key)["run"])
            return
        running = self._slots.running()
        running.pop(key.job_id, None)
        waiting = {other for other, _ in self._waiting()} | {key}
        turn = key in next_jobs(waiting, running, self._slots.limits)
        if turn and self._slots.acquire(key.job_id, key.application_id):
            self._executions.start(key, self._lifecycle.jobs.get(key)["run"])
            return
        # The slot of a run before this one: held by a job that waits, it would keep those from running that go first.
        self._slots.release(key.job_id, key.application_id)
        self._lifecycle.advance(key, "PENDING_JOB")
        # A job may have ended between the look and the note: then nobody else would come for this one.
        self.promote()

    def release(self, key: JobKey) -> None:
        """Release the slot of a job that has ended, and start the jobs that it makes room for."""
        if key.kind == "IMPORT":
            self._slots.release(key.job_id, key.application_id)
            self.promote()

    def promote(self) -> None:
        """Start waiting jobs in their turn while there are slots; one already started is not started again."""
        waiting = dict(self._waiting())
        running = self._slots.running()
        # These have their slot: whoever gave it died before the start.
        given = [key for key in waiting if key.job_id in running]
        for key in [*given, *next_jobs(waiting, running, self._slots.limits)]:
            # Refused: somebody else took the slot, or the app's last one, at this moment.
            if self._slots.acquire(key.job_id, key.application_id):
                self._executions.start(key, waiting[key]["run"])

    def _waiting(self) -> list[tuple[JobKey, Record]]:
        found = [(key, self._lifecycle.jobs.find(key)) for key in self._lifecycle.jobs.active.all()]
        return [
            (key, job)
            for key, job in found
            if job and key.kind == "IMPORT" and job["JobStatus"] == "PENDING_JOB"
        ]

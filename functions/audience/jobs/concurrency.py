"""The concurrency limit: how many import jobs run at a time, over all apps and of one app; the others wait."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from audience.aws.client_types import Table
from audience.aws.control_table import ControlTable
from audience.jobs.executions import Executions
from audience.jobs.kind import Kinds
from audience.jobs.lifecycle import Lifecycle
from audience.jobs.model import Job, JobKey
from audience.layout.control_table import RUNNING_IMPORTS

_KEY = RUNNING_IMPORTS.key()
_OF = "of#"  # the running jobs of one app stand once more in a set of that name
_ROOM = "(attribute_not_exists(holders) OR contains(holders, :job) OR size(holders) < :most)"
_SHARE = "(attribute_not_exists(#own) OR contains(#own, :job) OR size(#own) < :share)"


class Limits(NamedTuple):
    """How many import jobs run at a time: over all apps, and of one app."""

    most: int
    most_an_app: int


class ConcurrencyLimit:
    """One item with the set of the jobs that may run, and a set for each app that has some."""

    def __init__(self, table: Table, most: int, most_an_app: int | None = None) -> None:
        """Keep the control table, how many jobs may run, and how many of one app."""
        self._control = ControlTable(table)
        self.limits = Limits(most, most if most_an_app is None else most_an_app)

    def acquire(self, job_id: str, application_id: str = "") -> bool:
        """Count the job as running, if it is not yet; return False if the limit, or its app's, is reached."""
        values = {
            ":set": {job_id},
            ":job": job_id,
            ":most": self.limits.most,
            ":share": self.limits.most_an_app,
        }
        names = {"#own": f"{_OF}{application_id}"}
        return self._control.update_if(
            _KEY, "ADD holders :set, #own :set", f"{_ROOM} AND {_SHARE}", values, names
        )

    def release(self, job_id: str, application_id: str | None = None) -> None:
        """Count the job as running no more, if it was; the app is looked up if it is left out."""
        if application_id is None:
            application_id = self.running().get(job_id, "")
        names = {"#own": f"{_OF}{application_id}"}
        self._control.update(_KEY, "DELETE holders :set, #own :set", {":set": {job_id}}, names)

    def holders(self) -> list[str]:
        """Return the ids of the jobs that count as running."""
        return sorted(self.running())

    def running(self) -> dict[str, str]:
        """Return the ids of the jobs that count as running, each with its app's id, empty if unknown."""
        item = self._control.get(_KEY) or {}
        found = dict.fromkeys(item.get("holders", ()), "")
        for name in item:
            if name.startswith(_OF):
                found |= dict.fromkeys(item[name], name.removeprefix(_OF))
        return found


def next_jobs(waiting: Iterable[JobKey], running: Mapping[str, str], limits: Limits) -> list[JobKey]:
    """Return the waiting jobs to start now, the first one first.

    The next job is of the app that runs fewest; among those, of the one whose oldest job waits longest. Within an app
    the oldest job goes first. So apps come in turn and none waits for ever, for an app whose jobs have ended runs
    none. What is beyond an app's share stays free for the others.

    Args:
        waiting: the jobs that wait; a job's id says its age.
        running: the ids of the jobs that run, each with its app's id, empty where that is not known.
        limits: how many may run.

    Returns:
        As many jobs as there is room for.
    """
    counts = Counter(running.values())
    queues: dict[str, list[JobKey]] = {}
    for key in sorted(waiting, key=lambda key: key.job_id, reverse=True):
        if key.job_id not in running:
            queues.setdefault(key.application_id, []).append(key)
    found: list[JobKey] = []
    while len(running) + len(found) < limits.most:
        ready = [app for app, queue in queues.items() if queue and counts[app] < limits.most_an_app]
        if not ready:
            break
        app = min(ready, key=lambda app: (counts[app], queues[app][-1].job_id))
        found.append(queues[app].pop())
        counts[app] += 1
    return found


class Scheduler:
    """Starts executions of jobs; those of limited kinds up to the limit, and the others wait as PENDING_JOB."""

    def __init__(
        self, lifecycle: Lifecycle, executions: Executions, limit: ConcurrencyLimit, kinds: Kinds
    ) -> None:
        """Keep how statuses move, how executions are started, the limit, and which kinds count against it."""
        self.lifecycle = lifecycle
        self.executions = executions
        self.limit = limit
        self._kinds = kinds

    def start(self, key: JobKey) -> None:
        """Start the job, or let one of a limited kind wait if the limit is reached or others come first."""
        if not self._kinds[key.kind].limited:
            self._start(key)
            return
        running = self.limit.running()
        running.pop(key.job_id, None)
        waiting = {other for other, _ in self._waiting()} | {key}
        is_next = key in next_jobs(waiting, running, self.limit.limits)
        if is_next and self.limit.acquire(key.job_id, key.application_id):
            self._start(key)
            return
        # It may count from a run before this one: a job that waits would keep those from running that go first.
        self.limit.release(key.job_id, key.application_id)
        self.lifecycle.advance(key, "PENDING_JOB")
        # A job may have ended since the limit was read: then nobody else would start this one.
        self.start_waiting()

    def release(self, key: JobKey) -> None:
        """Count a job that has ended as running no more, and start the jobs that it makes room for."""
        if self._kinds[key.kind].limited:
            self.limit.release(key.job_id, key.application_id)
            self.start_waiting()

    def start_waiting(self) -> None:
        """Start as many waiting jobs as the limit allows; one already started is not started again."""
        waiting = dict(self._waiting())
        running = self.limit.running()
        # These count as running already: whoever counted them died before the start.
        counted = [key for key in waiting if key.job_id in running]
        for key in [*counted, *next_jobs(waiting, running, self.limit.limits)]:
            # Refused: somebody else has reached the limit, or the app's, at this moment.
            if self.limit.acquire(key.job_id, key.application_id):
                self.executions.start(key, waiting[key].run)

    def _start(self, key: JobKey) -> None:
        self.executions.start(key, self.lifecycle.jobs.get(key).run)

    def _waiting(self) -> list[tuple[JobKey, Job]]:
        limited = [key for key in self.lifecycle.jobs.active.all() if self._kinds[key.kind].limited]
        found = [(key, self.lifecycle.jobs.find(key)) for key in limited]
        return [(key, job) for key, job in found if job and job.status == "PENDING_JOB"]

"""The parts of a job's life on one table, put together for the tests."""

from dataclasses import dataclass
from typing import Any

from audience.identifiers import new_id
from audience.jobs.concurrency import ConcurrencyLimit, Scheduler
from audience.jobs.lifecycle import Lifecycle
from audience.jobs.model import Job, JobKey, Kind
from audience.jobs.store import JobStore
from audience.kinds import KINDS
from tests.contract.fakes import FakeEvents, FakeExecutions

MOST = 2


def job_of(key: JobKey, **members: Any) -> Job:
    """A job with nothing to do."""
    return Job(key, "2026-01-01T00:00:00.000Z", {}, **members)


@dataclass(frozen=True)
class Parts:
    """Real stores, a fake event bus, fake executions."""

    control: Any
    events: FakeEvents
    executions: FakeExecutions

    @property
    def jobs(self) -> JobStore:
        return JobStore(self.control)

    @property
    def lifecycle(self) -> Lifecycle:
        return Lifecycle(self.jobs, self.events)

    @property
    def limit(self) -> ConcurrencyLimit:
        return ConcurrencyLimit(self.control, MOST)

    @property
    def scheduler(self) -> Scheduler:
        return Scheduler(self.lifecycle, self.executions, self.limit, KINDS)  # type: ignore[arg-type]

    def job(self, kind: Kind = "IMPORT", *, born_ms: int | None = None) -> JobKey:
        """A new job whose creation has been announced."""
        key = JobKey("app", kind, new_id(born_ms))
        self.jobs.create(job_of(key))
        self.lifecycle.announce(key)
        return key

    def ended(self, status: Any, kind: Kind = "IMPORT") -> JobKey:
        """A job that has ended, and whose end has been announced."""
        key = self.job(kind)
        if status == "CANCELLED":
            self.lifecycle.advance(key, "CANCELLING")
        self.lifecycle.advance(key, status, completed="2026-01-01T00:00:00.000Z")
        return key

    def status(self, key: JobKey) -> str:
        return str(self.jobs.get(key).status)

"""Export jobs by the numbers that Experience Platform's clients know them by."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from audience.aws.client_types import Table
from audience.aws.control_table import ControlTable
from audience.jobs.model import JobKey
from audience.layout.control_table import EXPORT_JOB_COUNTER, NUMBERED_JOB, Key


@dataclass(frozen=True)
class NumberedJob:
    """A job of an organisation's sandbox: its number, its creation time (ms since 1970), and its key."""

    number: int
    created: int
    key: JobKey

    @property
    def offset(self) -> str:
        """Return the offset at which a page goes on after this job, as the contract writes it."""
        return f"{self.created}_{self.number}"

    @classmethod
    def from_item(cls, number: int, item: Mapping[str, Any]) -> Self:
        """Return the job that an item of the control table lists."""
        key = JobKey(item["application_id"], "PROFILE_EXPORT", item["job_id"])
        return cls(number, item["created"], key)

    def to_item(self) -> dict[str, Any]:
        """Return the job as an item of the control table, without its keys."""
        return {
            "created": self.created,
            "application_id": self.key.application_id,
            "job_id": self.key.job_id,
        }


class NumberedJobs:
    """Numbers jobs, and finds them by their numbers; a later job has a larger number."""

    def __init__(self, table: Table) -> None:
        """Keep the control table."""
        self._control = ControlTable(table)

    def next_number(self) -> int:
        """Return a number that no job of the deployment has; one that is not used is skipped."""
        counted = self._control.update(
            EXPORT_JOB_COUNTER.key(), "ADD #count :one", {":one": 1}, {"#count": "count"}
        )
        return int(counted["count"])

    def add(self, organisation: str, sandbox: str, job: NumberedJob) -> None:
        """List a job that is about to be recorded; clients do not see it before it has a record."""
        self._control.put(_key(organisation, sandbox, job.number), job.to_item())

    def find(self, organisation: str, sandbox: str, number: int) -> NumberedJob | None:
        """Return the job of that number; None where the organisation's sandbox has none."""
        item = self._control.get(_key(organisation, sandbox, number))
        return NumberedJob.from_item(number, item) if item else None

    def remove(self, organisation: str, sandbox: str, number: int) -> None:
        """Remove a job from the list; its number is not given again."""
        self._control.delete(_key(organisation, sandbox, number))

    def page(
        self, organisation: str, sandbox: str, limit: int, before: int | None
    ) -> tuple[list[NumberedJob], bool]:
        """Return one page of jobs and whether there are more.

        The newest is first; all have numbers below `before`.
        """
        partition = NUMBERED_JOB.partition(organisation=organisation, sandbox=sandbox)
        after = None if before is None else NUMBERED_JOB.sort(number=before)
        items, following = self._control.page(partition, NUMBERED_JOB.prefix, limit, after)
        found = [
            NumberedJob.from_item(int(item["sk"].removeprefix(NUMBERED_JOB.prefix)), item) for item in items
        ]
        return found, following is not None


def _key(organisation: str, sandbox: str, number: int) -> Key:
    return NUMBERED_JOB.key(organisation=organisation, sandbox=sandbox, number=number)

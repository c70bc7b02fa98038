"""Export jobs by the numbers that Experience Platform's clients know them by."""

from dataclasses import dataclass
from typing import Any

from audience.aws.items import page_of, plain
from audience.jobs.model import JobKey

_COUNTER = {"pk": "COUNTER", "sk": "EXPORT_JOBS"}
_DIGITS = 18


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


class NumberedJobs:
    """Numbers jobs, and finds them by their numbers; a later job has a larger number."""

    def __init__(self, table: Any) -> None:
        """Keep the control table (a boto3 Table)."""
        self._table = table

    def next_number(self) -> int:
        """Return a number that no job of the deployment has; one that is not used is skipped."""
        counted = self._table.update_item(
            Key=_COUNTER,
            UpdateExpression="ADD #count :one",
            ExpressionAttributeNames={"#count": "count"},
            ExpressionAttributeValues={":one": 1},
            ReturnValues="UPDATED_NEW",
        )
        return int(counted["Attributes"]["count"])

    def add(self, organisation: str, sandbox: str, job: NumberedJob) -> None:
        """List a job that is about to be recorded; clients do not see it before it has a record."""
        self._table.put_item(
            Item={
                "pk": _partition(organisation, sandbox),
                "sk": _sort(job.number),
                "created": job.created,
                "application_id": job.key.application_id,
                "job_id": job.key.job_id,
            }
        )

    def find(self, organisation: str, sandbox: str, number: int) -> NumberedJob | None:
        """Return the job of that number; None where the organisation's sandbox has none."""
        key = {"pk": _partition(organisation, sandbox), "sk": _sort(number)}
        item = self._table.get_item(Key=key, ConsistentRead=True).get("Item")
        return _numbered(plain(item)) if item else None

    def remove(self, organisation: str, sandbox: str, number: int) -> None:
        """Remove a job from the list; its number is not given again."""
        self._table.delete_item(Key={"pk": _partition(organisation, sandbox), "sk": _sort(number)})

    def page(
        self, organisation: str, sandbox: str, limit: int, before: int | None
    ) -> tuple[list[NumberedJob], bool]:
        """Return one page of jobs and whether there are more.

        The newest is first; all have numbers below `before`.
        """
        after = None if before is None else _sort(before)
        items, following = page_of(self._table, _partition(organisation, sandbox), "JOB#", limit, after)
        return [_numbered(plain(item)) for item in items], following is not None


def _partition(organisation: str, sandbox: str) -> str:
    return f"EXPORT_JOBS#{organisation}#{sandbox}"


def _sort(number: int) -> str:
    return f"JOB#{number:0{_DIGITS}d}"


def _numbered(item: dict[str, Any]) -> NumberedJob:
    key = JobKey(item["application_id"], "PROFILE_EXPORT", item["job_id"])
    return NumberedJob(int(item["sk"].removeprefix("JOB#")), item["created"], key)

"""A job's key and its record, and what of the record its owner sees."""

from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["IMPORT", "EXPORT", "PROFILE_EXPORT"]
Record = dict[str, Any]


@dataclass(frozen=True)
class JobKey:
    """Names one job; owns the formats of its keys in the control table and in the bucket."""

    application_id: str
    kind: Kind
    job_id: str

    @property
    def partition(self) -> str:
        """Return the partition that holds the job records of an app."""
        return f"APP#{self.application_id}"

    @property
    def sort(self) -> str:
        """Return the job's sort key; job ids are time-ordered, so the highest is the newest job."""
        return f"{self.kind}#{self.job_id}"

    @property
    def item_key(self) -> dict[str, str]:
        """Return the record's primary key in the control table."""
        return {"pk": self.partition, "sk": self.sort}

    @property
    def work_prefix(self) -> str:
        """Return the prefix of the job's passing files in the service's bucket; they expire."""
        return f"work/{self.application_id}/{self.job_id}/"

    @property
    def failures_key(self) -> str:
        """Return the key of the job's failure file in the service's bucket."""
        return f"jobs/{self.application_id}/{self.job_id}/failures.jsonl"


def segment_jobs_partition(application_id: str, segment_id: str) -> str:
    """Return the partition that points to the jobs of one segment."""
    return f"APP#{application_id}#SEGMENT#{segment_id}"


def response(record: Record) -> Record:
    """Return what the API answers of a job record.

    Members of the contract are capitalised, our own are not.
    """
    return {name: value for name, value in record.items() if name[0].isupper()}

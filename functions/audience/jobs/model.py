"""A job's key and its record, and what of the record its owner sees."""

from dataclasses import dataclass
from typing import Any, Literal

from audience.layout import bucket
from audience.layout.control_table import JOB, Key

Kind = Literal["IMPORT", "EXPORT", "PROFILE_EXPORT"]
Record = dict[str, Any]


@dataclass(frozen=True)
class JobKey:
    """The name of one job, and with it its keys in the control table and in the bucket."""

    application_id: str
    kind: Kind
    job_id: str

    @property
    def item_key(self) -> Key:
        """Return the record's primary key in the control table.

        Job ids are time-ordered, so the highest sort key of a kind is its newest job.
        """
        return JOB.key(application_id=self.application_id, kind=self.kind, job_id=self.job_id)

    @property
    def work_prefix(self) -> str:
        """Return the prefix of the job's passing files in the service's bucket; they expire."""
        return bucket.work_prefix(self.application_id, self.job_id)

    @property
    def failures_key(self) -> str:
        """Return the key of the job's failure file in the service's bucket."""
        return bucket.failures_key(self.application_id, self.job_id)


def response(record: Record) -> Record:
    """Return what the API answers of a job record.

    Members of the contract are capitalised, our own are not.
    """
    return {name: value for name, value in record.items() if name[0].isupper()}

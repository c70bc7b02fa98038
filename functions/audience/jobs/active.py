"""The list of active jobs, of all apps: one partition that the reconciler goes over."""

from typing import Any

from audience.aws.client_types import Table
from audience.aws.control_table import ControlTable
from audience.jobs.model import JobKey
from audience.layout.control_table import ACTIVE_JOB, Key


class ActiveJobs:
    """The jobs that have not ended, or whose end has not been announced."""

    def __init__(self, table: Table) -> None:
        """Keep the control table."""
        self._control = ControlTable(table)

    def add(self, key: JobKey) -> None:
        """Add a job that is about to be recorded or opened again; an existing entry stays as it is."""
        self._control.put_if(_item_key(key), _entry(key), "attribute_not_exists(pk)")

    def keep(self, key: JobKey, run: int) -> None:
        """List a job from its second run on; the end of an earlier run cannot remove it any more."""
        self._control.put(_item_key(key), {**_entry(key), "run": run})

    def all(self) -> list[JobKey]:
        """Return the listed jobs, oldest first."""
        entries = self._control.query(ACTIVE_JOB.partition())
        return [JobKey(entry["application_id"], entry["kind"], entry["sk"]) for entry in entries]

    def remove(self, key: JobKey, run: int) -> None:
        """Remove a job whose run has ended; it stays for a run that was opened since then."""
        condition = "attribute_not_exists(#run) OR #run <= :run"
        self._control.delete_if(_item_key(key), condition, {":run": run}, {"#run": "run"})

    def forget(self, key: JobKey) -> None:
        """Remove a job that has no record."""
        self._control.delete(_item_key(key))


def _item_key(key: JobKey) -> Key:
    return ACTIVE_JOB.key(job_id=key.job_id)


def _entry(key: JobKey) -> dict[str, Any]:
    return {"application_id": key.application_id, "kind": key.kind}

"""Job records in the control table."""

from collections.abc import Iterator
from dataclasses import asdict, replace
from operator import itemgetter
from typing import Any
from uuid import uuid4

from audience.aws.client_types import Table
from audience.aws.control_table import ControlTable
from audience.aws.pages import page_from
from audience.errors import JobExistsError, JobNotFoundError
from audience.identifiers import now_iso
from audience.jobs.active import ActiveJobs
from audience.jobs.model import ATTRIBUTES, Job, JobKey, Kind, StatusChange
from audience.jobs.status import Status, may_precede
from audience.layout.control_table import SEGMENT_JOB, Key, app_partition, segment_partition

Page = tuple[list[Job], str | None]


class JobStore:
    """Reads and writes job records; every active job is also listed (`active`) for the reconciler.

    Only `create` makes a record: nothing that is set later makes one that is missing.
    """

    def __init__(self, table: Table) -> None:
        """Keep the control table."""
        self._control = ControlTable(table)
        self.active = ActiveJobs(table)

    def find(self, key: JobKey) -> Job | None:
        """Return the job, or None."""
        item = self._control.get(key.item_key)
        return Job.from_item(item) if item else None

    def get(self, key: JobKey) -> Job:
        """Return the job.

        Raises:
            JobNotFoundError: there is none.
        """
        job = self.find(key)
        if job is None:
            raise JobNotFoundError(f"no {key.kind} job {key.job_id} in app {key.application_id}")
        return job

    def page(self, application_id: str, kind: Kind, limit: int, after: str | None) -> Page:
        """Return a page of an app's jobs, newest first, and the sort key to go on after (None at the end)."""
        items, following = self._control.page(app_partition(application_id), f"{kind}#", limit, after)
        return [Job.from_item(item) for item in items], following

    def page_of_segment(
        self, application_id: str, segment_id: str, kind: Kind, limit: int, after: str | None
    ) -> Page:
        """Return a page of a segment's jobs, newest first; it is never empty if more follow.

        A job is linked to its segment before its record is written: a link alone is no job (yet).
        """
        partition = segment_partition(application_id, segment_id)
        linked = self._linked(partition, application_id, kind, limit, after)
        page, more = page_from(linked, limit, itemgetter(1))
        return [job for _, job in page], page[-1][0] if more else None

    def _linked(
        self, partition: str, application_id: str, kind: Kind, limit: int, after: str | None
    ) -> Iterator[tuple[str, Job]]:
        """Yield the links' sort keys, each with the job that it leads to."""
        while True:
            links, after = self._control.page(partition, f"{kind}#", limit, after)
            for link in links:
                job = self.find(JobKey(application_id, kind, link["sk"].split("#")[1]))
                if job is not None:
                    yield link["sk"], job
            if after is None:
                return

    def create(self, job: Job) -> None:
        """Store a new job: first its entry in the active list, so that no record can be left unwatched.

        A job with a `segment_id` is linked to its segment.

        Raises:
            JobExistsError: there is a job of that key already.
        """
        key = job.key
        self.active.add(key)
        if job.segment_id:
            self._control.put(_link(key, job.segment_id), {})
        change = _change(job.status)
        item = replace(job, changes=(change,)).to_item()
        made = self._control.put_if(key.item_key, item, "attribute_not_exists(pk)")
        if not made and not self._has_change(key, change):
            raise JobExistsError(f"there is {key.kind} job {key.job_id} in app {key.application_id} already")

    def advance(
        self, key: JobKey, status: Status, *, of: tuple[int, float] | None = None, **members: Any
    ) -> bool:
        """Move the job to `status` and set `members` with it, in one write.

        Args:
            key: the job.
            status: where it moves.
            of: for whoever ends it from outside: the run that is over, and the time, in seconds since 1970.
            members: fields of the job (audience.jobs.model.Job) to set with it.

        Returns:
            False where the job's present status does not let it (it has ended, or is further on already); or where
            it is in another run by now, or somebody may be finishing it at that time.
        """
        members = {"status": status, **members}
        change = _change(status)
        names = {f"#{number}": ATTRIBUTES[name] for number, name in enumerate(members)}
        values = {f":{number}": value for number, value in enumerate(members.values())}
        before = {f":before{number}": name for number, name in enumerate(may_precede(status))}
        condition = f"#0 IN ({', '.join(before)})"
        if of is not None:
            names["#run"] = "run"
            values |= {":run": of[0], ":at": int(of[1])}
            condition += (
                " AND #run = :run AND (attribute_not_exists(finishing_until) OR finishing_until <= :at)"
            )
        assignments = ", ".join(f"#{number} = :{number}" for number in range(len(members)))
        moved = self._control.update_if(
            key.item_key,
            f"SET {assignments}, changes = list_append(changes, :change)",
            condition,
            {**values, **before, ":change": [asdict(change)]},
            names,
        )
        return moved or self._has_change(key, change)

    def reopen(self, key: JobKey) -> bool:
        """Open an ended job again for the pieces that were not done; its `run` counts up.

        It is on the active list before it is open, so that it is never left unwatched; and once more after that,
        with its run, because the end of the run before may be taking it off at this very moment.

        Returns:
            False where the job has not ended, or has nothing left to do.
        """
        job = self.find(key)
        if job is None or job.status not in {"FAILED", "CANCELLED"}:
            return False
        self.active.add(key)
        change = _change("CREATED")
        opened = self._control.update_if(
            key.item_key,
            "SET JobStatus = :created, #run = :next, changes = list_append(changes, :change) "
            "REMOVE CompletionDate, Failures, NotAttemptedPieces, finishing_until",
            "#run = :run AND JobStatus IN (:failed, :cancelled)",
            {
                ":created": "CREATED",
                ":failed": "FAILED",
                ":cancelled": "CANCELLED",
                ":run": job.run,
                ":next": job.run + 1,
                ":change": [asdict(change)],
            },
            {"#run": "run"},
        )
        if not opened and not self._has_change(key, change):
            return False
        self.active.keep(key, job.run + 1)
        return True

    def mark_finishing(self, key: JobKey, deadline: int) -> bool:
        """Set until when somebody may be finishing the job, in seconds since 1970; 0 says that nobody is.

        Returns:
            False where it is not to be finished: it has ended, or is about to fail.
        """
        return self._control.update_if(
            key.item_key,
            "SET finishing_until = :until",
            "JobStatus IN (:completing, :cancelling)",
            {":until": deadline, ":completing": "COMPLETING", ":cancelling": "CANCELLING"},
        )

    def mark_announced(self, key: JobKey, changes: int) -> None:
        """Set how many of the job's status changes have been announced; the number never falls."""
        condition = "attribute_exists(pk) AND (attribute_not_exists(announced) OR announced < :changes)"
        self._control.update_if(key.item_key, "SET announced = :changes", condition, {":changes": changes})

    def mark_progress(self, key: JobKey, work: str, inputs: str) -> None:
        """Set the digest of the inputs for which progress of a long `work` of the job's end is kept."""
        names = {"#progress": f"progress_{work}"}
        values = {":inputs": inputs}
        self._control.update_if(
            key.item_key, "SET #progress = :inputs", "attribute_exists(pk)", values, names
        )

    def count(self, key: JobKey, **deltas: int) -> None:
        """Add to the job's live counters: a view, which the finish step recomputes from the pieces."""
        names = {f"#{number}": ATTRIBUTES[name] for number, name in enumerate(deltas)}
        values = {f":{number}": delta for number, delta in enumerate(deltas.values())}
        additions = ", ".join(f"#{number} :{number}" for number in range(len(deltas)))
        self._control.update_if(key.item_key, f"ADD {additions}", "attribute_exists(pk)", values, names)

    def _has_change(self, key: JobKey, change: StatusChange) -> bool:
        """Return whether a change whose condition fails was made all the same.

        A request without an answer is sent again.
        """
        job = self.find(key)
        return job is not None and change in job.changes


def _link(key: JobKey, segment_id: str) -> Key:
    return SEGMENT_JOB.key(
        application_id=key.application_id, segment_id=segment_id, kind=key.kind, job_id=key.job_id
    )


def _change(status: Status) -> StatusChange:
    return StatusChange(status, now_iso(), uuid4().hex)

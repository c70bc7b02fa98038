"""Job records in the control table."""

from typing import Any
from uuid import uuid4

from botocore.exceptions import ClientError

from audience.aws.items import storable
from audience.identifiers import now_iso
from audience.jobs.active import ActiveJobs
from audience.jobs.model import JobKey, Record, segment_jobs_partition
from audience.jobs.notes import JobNotes
from audience.jobs.status import Status, may_precede


class JobStore(JobNotes):
    """Reads and writes job records; every active job is also listed (`active`) for the sweep."""

    def __init__(self, table: Any) -> None:
        """Keep the control table (a boto3 Table)."""
        super().__init__(table)
        self.active = ActiveJobs(table)

    def create(self, key: JobKey, record: Record) -> None:
        """Store a new job: first its entry in the active list, so that no record can be left unwatched.

        Args:
            key: the job's key.
            record: the record, in the contract's member names; `segment_id`, where there is one, links the
                job to its segment.
        """
        self.active.add(key)
        if record.get("segment_id"):
            self._table.put_item(
                Item={
                    "pk": segment_jobs_partition(key.application_id, record["segment_id"]),
                    "sk": key.sort,
                }
            )
        change = _change(record["JobStatus"])
        try:
            self._table.put_item(
                Item={**key.item_key, "run": 1, "changes": [change], **storable(record)},
                ConditionExpression="attribute_not_exists(pk)",
            )
        except ClientError as refused:
            if not self._made_before(refused, key, change):
                raise

    def advance(
        self, key: JobKey, status: Status, *, of: tuple[int, float] | None = None, **members: Any
    ) -> bool:
        """Move the job to `status` and set `members` with it, in one write.

        Args:
            key: the job.
            status: where it moves.
            of: for whoever ends it from outside: the run that is over, and the time, in seconds since 1970.
            members: what changes with it.

        Returns:
            False where the job's present status does not let it (it has ended, or is further on already); or where
            it is in another run by now, or somebody may be finishing it at that time.
        """
        changes = {"JobStatus": status, **members}
        names = {f"#{number}": name for number, name in enumerate(changes)}
        values = {f":{number}": storable(value) for number, value in enumerate(changes.values())}
        before = {f":before{number}": name for number, name in enumerate(may_precede(status))}
        change = _change(status)
        condition = f"#0 IN ({', '.join(before)})"
        if of is not None:
            names["#run"] = "run"
            values |= {":run": of[0], ":at": int(of[1])}
            condition += (
                " AND #run = :run AND (attribute_not_exists(finishing_until) OR finishing_until <= :at)"
            )
        assignments = ", ".join(f"#{number} = :{number}" for number in range(len(changes)))
        try:
            self._table.update_item(
                Key=key.item_key,
                UpdateExpression=f"SET {assignments}, changes = list_append(changes, :change)",
                ConditionExpression=condition,
                ExpressionAttributeNames=names,
                ExpressionAttributeValues={**values, **before, ":change": [change]},
            )
        except ClientError as refused:
            return self._made_before(refused, key, change)
        return True

    def reopen(self, key: JobKey) -> bool:
        """Open an ended job again for the pieces that were not done; its `run` counts up.

        It is on the active list before it is open, so that it is never left unwatched; and once more after that,
        with its run, because the end of the run before may be taking it off at this very moment.

        Returns:
            False where the job has not ended, or has nothing left to do.
        """
        job = self.find(key)
        if job is None or job["JobStatus"] not in {"FAILED", "CANCELLED"}:
            return False
        self.active.add(key)
        change = _change("CREATED")
        try:
            self._table.update_item(
                Key=key.item_key,
                UpdateExpression=(
                    "SET JobStatus = :created, #run = :next, changes = list_append(changes, :change) "
                    "REMOVE CompletionDate, Failures, NotAttemptedPieces, finishing_until"
                ),
                ConditionExpression="#run = :run AND JobStatus IN (:failed, :cancelled)",
                ExpressionAttributeNames={"#run": "run"},
                ExpressionAttributeValues={
                    ":created": "CREATED",
                    ":failed": "FAILED",
                    ":cancelled": "CANCELLED",
                    ":run": job["run"],
                    ":next": job["run"] + 1,
                    ":change": [change],
                },
            )
        except ClientError as refused:
            if not self._made_before(refused, key, change):
                return False
        self.active.keep(key, job["run"] + 1)
        return True

    def _made_before(self, refused: ClientError, key: JobKey, change: dict[str, str]) -> bool:
        """Return whether a change whose condition fails was made all the same.

        A request without an answer is sent again.
        """
        if refused.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise refused
        job = self.find(key)
        return job is not None and change in job["changes"]


def _change(status: str) -> dict[str, str]:
    """Build a change of status; `by` tells it from the same change that somebody else made then."""
    return {"status": status, "at": now_iso(), "by": uuid4().hex}

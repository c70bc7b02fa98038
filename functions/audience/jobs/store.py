"""Job records in the control table."""

from typing import Any

from botocore.exceptions import ClientError

from audience.aws.items import storable
from audience.identifiers import now_iso
from audience.jobs.active import ActiveJobs
from audience.jobs.model import JobKey, Record, segment_jobs_partition
from audience.jobs.reading import JobReader
from audience.jobs.status import Status, may_precede


class JobStore(JobReader):
    """Reads and writes job records. Every active job is also listed (`active`), for whoever sweeps."""

    def __init__(self, table: Any) -> None:
        """Take the control table (a boto3 Table)."""
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
        self, key: JobKey, status: Status, *, unless_finishing_at: float | None = None, **members: Any
    ) -> bool:
        """Move the job to `status` and set `members` with it, in one write.

        Returns:
            False where the job's present status does not let it (it has ended, or is further on already), or where
            somebody may be finishing it at that time, in seconds since 1970.
        """
        changes = {"JobStatus": status, **members}
        names = {f"#{number}": name for number, name in enumerate(changes)}
        values = {f":{number}": storable(value) for number, value in enumerate(changes.values())}
        before = {f":before{number}": name for number, name in enumerate(may_precede(status))}
        change = _change(status)
        condition = f"#0 IN ({', '.join(before)})"
        if unless_finishing_at is not None:
            values[":at"] = int(unless_finishing_at)
            condition += " AND (attribute_not_exists(finishing_until) OR finishing_until <= :at)"
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

    def note_finishing(self, key: JobKey, until: int) -> bool:
        """Note that the job is being finished by somebody who is dead at `until`, in seconds since 1970; 0: no more.

        Returns:
            False where it is not to be finished: it has ended, or is about to fail.
        """
        try:
            self._table.update_item(
                Key=key.item_key,
                UpdateExpression="SET finishing_until = :until",
                ConditionExpression="JobStatus IN (:completing, :cancelling)",
                ExpressionAttributeValues={
                    ":until": until,
                    ":completing": "COMPLETING",
                    ":cancelling": "CANCELLING",
                },
            )
        except ClientError as refused:
            if refused.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise
            return False
        return True

    def reopen(self, key: JobKey) -> bool:
        """Make an ended job a new one again, for the pieces that were not done; its `run` counts up.

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

    def note_announced(self, key: JobKey, changes: int) -> None:
        """Note how many of the job's status changes have been announced."""
        self._table.update_item(
            Key=key.item_key,
            UpdateExpression="SET announced = :changes",
            ExpressionAttributeValues={":changes": changes},
        )

    def count(self, key: JobKey, **deltas: int) -> None:
        """Add to the job's live counters: a view, which the finish step recomputes from the pieces."""
        names = {f"#{number}": name for number, name in enumerate(deltas)}
        values = {f":{number}": delta for number, delta in enumerate(deltas.values())}
        additions = ", ".join(f"#{number} :{number}" for number in range(len(deltas)))
        self._table.update_item(
            Key=key.item_key,
            UpdateExpression=f"ADD {additions}",
            ExpressionAttributeNames=names,
            ExpressionAttributeValues=values,
        )

    def _made_before(self, refused: ClientError, key: JobKey, change: dict[str, str]) -> bool:
        """Whether a change whose condition fails was made all the same: a request without answer is sent again."""
        if refused.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise refused
        job = self.find(key)
        return job is not None and job["changes"][-1] == change


def _change(status: str) -> dict[str, str]:
    return {"status": status, "at": now_iso()}

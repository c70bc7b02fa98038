"""Job records in the control table."""

from typing import Any

from botocore.exceptions import ClientError

from audience.aws.items import page_of, plain, storable
from audience.errors import JobNotFoundError
from audience.identifiers import now_iso
from audience.jobs.active import ActiveJobs
from audience.jobs.model import JobKey, Kind, Record, segment_jobs_partition
from audience.jobs.status import Status, may_precede


class JobStore:
    """Reads and writes job records. Every active job is also listed (`active`), for whoever sweeps."""

    def __init__(self, table: Any) -> None:
        """Take the control table (a boto3 Table)."""
        self._table = table
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

    def find(self, key: JobKey) -> Record | None:
        """The job's record with its keys left out, or None."""
        item = self._table.get_item(Key=key.item_key, ConsistentRead=True).get("Item")
        return _record(item) if item else None

    def get(self, key: JobKey) -> Record:
        """The job's record.

        Raises:
            JobNotFoundError: there is none.
        """
        record = self.find(key)
        if record is None:
            raise JobNotFoundError(f"no {key.kind} job {key.job_id} in app {key.application_id}")
        return record

    def page(
        self, application_id: str, kind: Kind, limit: int, after: str | None
    ) -> tuple[list[Record], str | None]:
        """One page of an app's jobs, newest first, and the sort key to go on after (None at the end)."""
        items, following = page_of(self._table, f"APP#{application_id}", f"{kind}#", limit, after)
        return [_record(item) for item in items], following

    def page_of_segment(
        self, application_id: str, segment_id: str, kind: Kind, limit: int, after: str | None
    ) -> tuple[list[Record], str | None]:
        """One page of the jobs that made or used a segment, newest first; never empty where more follow.

        A job is linked to its segment before its record is written: a link alone is no job (yet).
        """
        partition = segment_jobs_partition(application_id, segment_id)
        while True:
            links, after = page_of(self._table, partition, f"{kind}#", limit, after)
            found = [self.find(JobKey(application_id, kind, link["sk"].split("#")[1])) for link in links]
            records = [record for record in found if record]
            if records or after is None:
                return records, after

    def advance(self, key: JobKey, status: Status, **members: Any) -> bool:
        """Move the job to `status` and set `members` with it, in one write.

        Returns:
            False where the job's present status does not let it: it has ended, or is further on already.
        """
        changes = {"JobStatus": status, **members}
        names = {f"#{number}": name for number, name in enumerate(changes)}
        values = {f":{number}": storable(value) for number, value in enumerate(changes.values())}
        before = {f":before{number}": name for number, name in enumerate(may_precede(status))}
        change = _change(status)
        assignments = ", ".join(f"#{number} = :{number}" for number in range(len(changes)))
        try:
            self._table.update_item(
                Key=key.item_key,
                UpdateExpression=f"SET {assignments}, changes = list_append(changes, :change)",
                ConditionExpression=f"#0 IN ({', '.join(before)})",
                ExpressionAttributeNames=names,
                ExpressionAttributeValues={**values, **before, ":change": [change]},
            )
        except ClientError as refused:
            return self._made_before(refused, key, change)
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
                    "REMOVE CompletionDate, Failures, NotAttemptedPieces"
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


def _record(item: dict[str, Any]) -> Record:
    record: Record = plain(item)
    return {name: value for name, value in record.items() if name not in {"pk", "sk"}}


def _change(status: str) -> dict[str, str]:
    return {"status": status, "at": now_iso()}

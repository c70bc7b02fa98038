"""The list of active jobs: one partition for whoever looks after jobs, of all apps."""

from typing import Any

from botocore.exceptions import ClientError

from audience.aws.items import query_all
from audience.jobs.model import JobKey

ACTIVE = "ACTIVE"


class ActiveJobs:
    """The jobs that have not ended, or whose end has not been announced."""

    def __init__(self, table: Any) -> None:
        """Keep the control table (a boto3 Table)."""
        self._table = table

    def add(self, key: JobKey) -> None:
        """Add a job that is about to be recorded or opened again; an existing entry stays as it is."""
        try:
            self._table.put_item(Item=_item(key), ConditionExpression="attribute_not_exists(pk)")
        except ClientError as refused:
            _only_conditional(refused)

    def keep(self, key: JobKey, run: int) -> None:
        """List a job from its second run on; the end of an earlier run cannot remove it any more."""
        self._table.put_item(Item={**_item(key), "run": run})

    def all(self) -> list[JobKey]:
        """Return the listed jobs, oldest first."""
        entries = query_all(
            self._table,
            KeyConditionExpression="pk = :active",
            ExpressionAttributeValues={":active": ACTIVE},
            ConsistentRead=True,
        )
        return [JobKey(entry["application_id"], entry["kind"], entry["sk"]) for entry in entries]

    def remove(self, key: JobKey, run: int) -> None:
        """Remove a job whose run has ended; it stays for a run that was opened since then."""
        try:
            self._table.delete_item(
                Key=_key(key),
                ConditionExpression="attribute_not_exists(#run) OR #run <= :run",
                ExpressionAttributeNames={"#run": "run"},
                ExpressionAttributeValues={":run": run},
            )
        except ClientError as refused:
            _only_conditional(refused)

    def forget(self, key: JobKey) -> None:
        """Remove a job that has no record."""
        self._table.delete_item(Key=_key(key))


def _only_conditional(refused: ClientError) -> None:
    """Raise any error that is not a failed condition."""
    if refused.response["Error"]["Code"] != "ConditionalCheckFailedException":
        raise refused


def _item(key: JobKey) -> dict[str, Any]:
    return {**_key(key), "application_id": key.application_id, "kind": key.kind}


def _key(key: JobKey) -> dict[str, str]:
    return {"pk": ACTIVE, "sk": key.job_id}

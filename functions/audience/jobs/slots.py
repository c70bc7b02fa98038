"""Slots: how many import jobs run at a time. Those that get none wait in the order of their making."""

from typing import Any

from botocore.exceptions import ClientError

_KEY = {"pk": "SLOTS", "sk": "IMPORT"}
_ROOM = "attribute_not_exists(holders) OR contains(holders, :job) OR size(holders) < :most"


class Slots:
    """One item with the set of the jobs that hold a slot."""

    def __init__(self, table: Any, most: int) -> None:
        """Take the control table (a boto3 Table) and how many slots there are."""
        self._table = table
        self._most = most

    def acquire(self, job_id: str) -> bool:
        """Take a slot for the job; it may have one already. False where all are taken."""
        try:
            self._table.update_item(
                Key=_KEY,
                UpdateExpression="ADD holders :set",
                ConditionExpression=_ROOM,
                ExpressionAttributeValues={":set": {job_id}, ":job": job_id, ":most": self._most},
            )
        except ClientError as refused:
            if refused.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise
            return False
        return True

    def release(self, job_id: str) -> None:
        """Give the job's slot back, if it has one."""
        self._table.update_item(
            Key=_KEY,
            UpdateExpression="DELETE holders :set",
            ExpressionAttributeValues={":set": {job_id}},
        )

    def holders(self) -> list[str]:
        """The ids of the jobs that hold a slot."""
        item = self._table.get_item(Key=_KEY, ConsistentRead=True).get("Item", {})
        return sorted(item.get("holders", ()))

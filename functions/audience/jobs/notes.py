"""What is noted in job records beside their status; no note creates a missing record."""

from typing import Any

from botocore.exceptions import ClientError

from audience.jobs.model import JobKey
from audience.jobs.reading import JobReader


class JobNotes(JobReader):
    """Notes who finishes a job and its progress, what was announced of it, and its live counters."""

    def note_finishing(self, key: JobKey, deadline: int) -> bool:
        """Note that somebody finishes the job whose deadline is `deadline` (seconds since 1970; 0: nobody).

        Returns:
            False where it is not to be finished: it has ended, or is about to fail.
        """
        return self._update_if_there(
            Key=key.item_key,
            UpdateExpression="SET finishing_until = :until",
            ConditionExpression="JobStatus IN (:completing, :cancelling)",
            ExpressionAttributeValues={
                ":until": deadline,
                ":completing": "COMPLETING",
                ":cancelling": "CANCELLING",
            },
        )

    def note_announced(self, key: JobKey, changes: int) -> None:
        """Note how many of the job's status changes have been announced; the number never falls."""
        self._update_if_there(
            Key=key.item_key,
            UpdateExpression="SET announced = :changes",
            ConditionExpression="attribute_exists(pk) AND (attribute_not_exists(announced) OR announced < :changes)",
            ExpressionAttributeValues={":changes": changes},
        )

    def note_progress(self, key: JobKey, work: str, inputs: str) -> None:
        """Note that progress of a long `work` of the job's end is kept, and the digest of its inputs."""
        self._update_if_there(
            Key=key.item_key,
            UpdateExpression="SET #progress = :inputs",
            ConditionExpression="attribute_exists(pk)",
            ExpressionAttributeNames={"#progress": f"progress_{work}"},
            ExpressionAttributeValues={":inputs": inputs},
        )

    def count(self, key: JobKey, **deltas: int) -> None:
        """Add to the job's live counters: a view, which the finish step recomputes from the pieces."""
        names = {f"#{number}": name for number, name in enumerate(deltas)}
        values = {f":{number}": delta for number, delta in enumerate(deltas.values())}
        additions = ", ".join(f"#{number} :{number}" for number in range(len(deltas)))
        self._update_if_there(
            Key=key.item_key,
            UpdateExpression=f"ADD {additions}",
            ConditionExpression="attribute_exists(pk)",
            ExpressionAttributeNames=names,
            ExpressionAttributeValues=values,
        )

    def _update_if_there(self, **update: Any) -> bool:
        """Update an item under a condition; return False if the condition does not hold."""
        try:
            self._table.update_item(**update)
        except ClientError as refused:
            if refused.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise
            return False
        return True

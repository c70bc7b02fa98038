"""Slots: how many import jobs run at a time, over all apps and of one app; the others wait."""

from typing import Any

from botocore.exceptions import ClientError

from audience.jobs.turns import Limits

_KEY = {"pk": "SLOTS", "sk": "IMPORT"}
_OF = "of#"  # an app's own holders stand once more in a set of that name
_ROOM = "(attribute_not_exists(holders) OR contains(holders, :job) OR size(holders) < :most)"
_SHARE = "(attribute_not_exists(#own) OR contains(#own, :job) OR size(#own) < :share)"


class Slots:
    """One item with the set of the jobs that hold a slot, and a set for each app that has some."""

    def __init__(self, table: Any, most: int, most_an_app: int | None = None) -> None:
        """Keep the control table, how many slots there are, and how many an app may hold."""
        self._table = table
        self.limits = Limits(most, most if most_an_app is None else most_an_app)

    def acquire(self, job_id: str, application_id: str = "") -> bool:
        """Acquire a slot for the job, unless it has one; return False if none is free to it or its app."""
        try:
            self._table.update_item(
                Key=_KEY,
                UpdateExpression="ADD holders :set, #own :set",
                ConditionExpression=f"{_ROOM} AND {_SHARE}",
                ExpressionAttributeNames={"#own": f"{_OF}{application_id}"},
                ExpressionAttributeValues={
                    ":set": {job_id},
                    ":job": job_id,
                    ":most": self.limits.most,
                    ":share": self.limits.most_an_app,
                },
            )
        except ClientError as refused:
            if refused.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise
            return False
        return True

    def release(self, job_id: str, application_id: str | None = None) -> None:
        """Release the job's slot, if it has one; the app is looked up if it is left out."""
        if application_id is None:
            application_id = self.running().get(job_id, "")
        self._table.update_item(
            Key=_KEY,
            UpdateExpression="DELETE holders :set, #own :set",
            ExpressionAttributeNames={"#own": f"{_OF}{application_id}"},
            ExpressionAttributeValues={":set": {job_id}},
        )

    def holders(self) -> list[str]:
        """Return the ids of the jobs that hold a slot."""
        return sorted(self.running())

    def running(self) -> dict[str, str]:
        """Return the ids of the jobs that hold a slot, each with its app's id, empty if unknown."""
        item = self._table.get_item(Key=_KEY, ConsistentRead=True).get("Item", {})
        found = dict.fromkeys(item.get("holders", ()), "")
        for name in item:
            if name.startswith(_OF):
                found |= dict.fromkeys(item[name], name.removeprefix(_OF))
        return found

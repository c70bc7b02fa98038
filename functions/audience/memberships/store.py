"""Where the history of each segment is, and which evaluation it is the result of."""

from dataclasses import asdict, dataclass
from typing import Any

from botocore.exceptions import ClientError

from audience.aws.items import plain, storable
from audience.layout.control_table import segment_partition
from audience.sharded.files import Manifest

_SORT = "MEMBERSHIP"


@dataclass(frozen=True)
class History:
    """The history of one segment after its last evaluation.

    `at` is when that was (ms since 1970), `version` the segment's version then, `job_id` the job that did it.
    """

    version: int
    at: int
    job_id: str
    manifest: Manifest


class HistoryStore:
    """Reads and replaces the histories of an app's segments; they are removed with their segment."""

    def __init__(self, table: Any) -> None:
        """Keep the control table (a boto3 Table)."""
        self._table = table

    def find(self, application_id: str, segment_id: str) -> History | None:
        """Return the segment's history; None where it was never evaluated."""
        item = self._table.get_item(Key=_key(application_id, segment_id), ConsistentRead=True).get("Item")
        if item is None:
            return None
        kept = {name: value for name, value in plain(item).items() if name not in {"pk", "sk"}}
        return History(**kept)

    def replace(self, application_id: str, segment_id: str, history: History, before: History | None) -> bool:
        """Replace a history by the one that continues it.

        Returns:
            False where another job's evaluation has come in between: that one counts.
        """
        request: dict[str, Any] = {"ConditionExpression": "attribute_not_exists(pk)"}
        if before is not None:
            request = {
                "ConditionExpression": "#at = :at AND job_id = :job",
                "ExpressionAttributeNames": {"#at": "at"},
                "ExpressionAttributeValues": {":at": before.at, ":job": before.job_id},
            }
        item = {**_key(application_id, segment_id), **storable(asdict(history))}
        try:
            self._table.put_item(Item=item, **request)
        except ClientError as refused:
            if refused.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise
            # A write that took effect before its answer was lost is refused when it is sent again.
            return self.find(application_id, segment_id) == history
        return True


def _key(application_id: str, segment_id: str) -> dict[str, str]:
    return {"pk": segment_partition(application_id, segment_id), "sk": _SORT}

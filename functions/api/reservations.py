"""Which job an `Idempotency-Key` is for, noted before the job is made: a request that died on the way made that one.

Powertools keeps answers (api.idempotency), and there is none where the function died between the two.
"""

import hashlib
import time
from dataclasses import dataclass
from typing import Any

import orjson
from botocore.exceptions import ClientError

from audience.identifiers import new_id
from audience.jobs.model import JobKey, Kind
from http_api.call import Body

_FREE = "attribute_not_exists(pk) OR expires_at < :now"


@dataclass(frozen=True)
class Reservations:
    """The keys of one kind of job of one app, in the app's own partition: they go when the app is removed."""

    table: Any  # the control table (a boto3 Table)
    application_id: str
    kind: Kind
    seconds: int  # how long a key is remembered

    def job_of(self, key: str, body: Body) -> JobKey | None:
        """The job to make for a key and a body, which may be there already; None where the body was another one."""
        digest = hashlib.sha256(orjson.dumps(body, option=orjson.OPT_SORT_KEYS)).hexdigest()
        fresh = {**self._at(key), "job_id": new_id(), "digest": digest}
        kept = self._take(fresh)
        return JobKey(self.application_id, self.kind, kept["job_id"]) if kept["digest"] == digest else None

    def forget(self, key: str) -> None:
        """Let the key be used anew: no job was made, or it was never started."""
        self.table.delete_item(Key=self._at(key))

    def _take(self, fresh: dict[str, Any]) -> dict[str, Any]:
        now = int(time.time())
        try:
            self.table.put_item(
                Item={**fresh, "expires_at": now + self.seconds},
                ConditionExpression=_FREE,
                ExpressionAttributeValues={":now": now},
            )
        except ClientError as refused:
            if refused.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise
            place = {"pk": fresh["pk"], "sk": fresh["sk"]}
            kept: dict[str, Any] = self.table.get_item(Key=place, ConsistentRead=True).get("Item") or fresh
            return kept
        return fresh

    def _at(self, key: str) -> dict[str, str]:
        return {"pk": f"APP#{self.application_id}", "sk": f"RESERVED#{self.kind}#{key}"}

"""The files of a survey in the service's bucket: what is surveyed, and what each worker found.

Each invocation of the planner makes a survey of its own, with a name that no other has: so a planner that runs twice,
or a worker of an earlier run that is late, does not change what another survey is put together from.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import orjson
from botocore.exceptions import ClientError

from audience.aws.client_types import S3Client
from audience.aws.errors import code_of, is_forbidden
from audience.errors import SurveyIncompleteError
from audience.imports.plan import ImportPlan, Surveyed
from audience.jobs.model import JobKey
from audience.sources.file_ranges import SurveyItem
from audience.sources.survey import Summary, Way

# Results read at once: as many as an S3 client has connections.
_MAX_READS = 10


@dataclass(frozen=True)
class SurveyFiles:
    """The files of one survey of a job, by its name."""

    s3: S3Client
    bucket: str
    key: JobKey
    name: str

    @property
    def items_key(self) -> str:
        """Return the key of the list of items."""
        return self._key("items")

    def begin(self, plan: ImportPlan) -> int:
        """Write what is to be surveyed; return how many items that is."""
        items = plan.items()
        self._write("plan", plan.to_document())
        self._write("items", items)
        return len(items)

    def plan(self) -> ImportPlan:
        """Return the plan that the survey is for."""
        items: list[SurveyItem] = self._read("items")
        ranges = [part for item in items for part in item["ranges"]]
        return ImportPlan.from_document(self._read("plan"), ranges)

    def write_result(self, item: SurveyItem, surveyed: Sequence[Surveyed]) -> None:
        """Write what was found in the ranges of an item; None stands for a file that is not to be cut."""
        self._write(f"{item['index']}", [summaries for _, summaries in surveyed])

    def results(self) -> Iterator[Surveyed]:
        """Yield all ranges with what was found in them, in their order.

        Raises:
            SurveyIncompleteError: a part of them has not been surveyed.
        """
        items: list[SurveyItem] = self._read("items")
        with ThreadPoolExecutor(_MAX_READS) as pool:
            for item, found in zip(items, pool.map(self._result, items), strict=True):
                yield from zip(item["ranges"], map(_summaries, found), strict=True)

    def _result(self, item: SurveyItem) -> list[Any]:
        try:
            found: list[Any] = self._read(f"{item['index']}")
        except ClientError as refused:
            # S3 says "forbidden" of what is not there, too, where the function may not list all of the bucket.
            missing = code_of(refused) == "NoSuchKey" or (is_forbidden(refused) and not self._is_there(item))
            if not missing:
                raise
            first = item["ranges"][0]
            place = f"{first['key']}, bytes {first['start']} to {first['end']}"
            raise SurveyIncompleteError(
                f"where the records of {place} begin could not be found out, however often it was tried"
            ) from None
        return found

    def _is_there(self, item: SurveyItem) -> bool:
        key = self._key(f"{item['index']}")
        found = self.s3.list_objects_v2(Bucket=self.bucket, Prefix=key, MaxKeys=1)
        return any(entry["Key"] == key for entry in found.get("Contents", []))

    def _key(self, name: str) -> str:
        return f"{self.key.work_prefix}survey/{self.name}/{name}.json"

    def _write(self, name: str, document: Any) -> None:
        body = orjson.dumps(document, default=tuple)
        self.s3.put_object(Bucket=self.bucket, Key=self._key(name), Body=body, ContentType="application/json")

    def _read(self, name: str) -> Any:
        return orjson.loads(self.s3.get_object(Bucket=self.bucket, Key=self._key(name))["Body"].read())


def _summaries(found: list[Any] | None) -> list[Summary] | None:
    if found is None:
        return None
    return [
        Summary(start, end, first, lines, _way(outside), _way(inside))
        for start, end, first, lines, outside, inside in found
    ]


def _way(found: list[Any] | None) -> Way | None:
    return None if found is None else Way(*found)

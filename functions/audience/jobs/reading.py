"""Job records as they are read from the control table."""

from collections.abc import Iterator
from operator import itemgetter
from typing import Any

from audience.aws.items import page_of, plain
from audience.aws.pages import page_from
from audience.errors import JobNotFoundError
from audience.jobs.model import JobKey, Kind, Record, segment_jobs_partition


class JobReader:
    """Finds job records, one by one and by the page."""

    def __init__(self, table: Any) -> None:
        """Keep the control table (a boto3 Table)."""
        self._table = table

    def find(self, key: JobKey) -> Record | None:
        """Return the job's record with its keys left out, or None."""
        item = self._table.get_item(Key=key.item_key, ConsistentRead=True).get("Item")
        return _record(item) if item else None

    def get(self, key: JobKey) -> Record:
        """Return the job's record.

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
        """Return a page of an app's jobs, newest first, and the sort key to go on after (None at the end)."""
        items, following = page_of(self._table, f"APP#{application_id}", f"{kind}#", limit, after)
        return [_record(item) for item in items], following

    def page_of_segment(
        self, application_id: str, segment_id: str, kind: Kind, limit: int, after: str | None
    ) -> tuple[list[Record], str | None]:
        """Return a page of a segment's jobs, newest first; it is never empty if more follow.

        A job is linked to its segment before its record is written: a link alone is no job (yet).
        """
        partition = segment_jobs_partition(application_id, segment_id)
        page, more = page_from(
            self._linked(partition, application_id, kind, limit, after), limit, itemgetter(1)
        )
        return [record for _, record in page], page[-1][0] if more else None

    def _linked(
        self, partition: str, application_id: str, kind: Kind, limit: int, after: str | None
    ) -> Iterator[tuple[str, Record]]:
        """Return the links' sort keys, each with the record that it leads to."""
        while True:
            links, after = page_of(self._table, partition, f"{kind}#", limit, after)
            for link in links:
                record = self.find(JobKey(application_id, kind, link["sk"].split("#")[1]))
                if record is not None:
                    yield link["sk"], record
            if after is None:
                return


def _record(item: dict[str, Any]) -> Record:
    record: Record = plain(item)
    return {name: value for name, value in record.items() if name not in {"pk", "sk"}}

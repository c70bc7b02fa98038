"""Where the history of each segment is, and the files that histories and matches are kept in."""

from dataclasses import asdict, dataclass

import orjson

from audience.aws.client_types import S3Client, Table
from audience.aws.control_table import ControlTable
from audience.layout.control_table import SEGMENT_HISTORY, Key
from audience.memberships.history import Match, Membership, sort_key
from audience.sharded.files import ShardedFiles, ShardManifest


@dataclass(frozen=True)
class History:
    """The history of one segment after its last evaluation.

    `at` is when that was (ms since 1970), `version` the segment's version then, `job_id` the job that did it.
    """

    version: int
    at: int
    job_id: str
    manifest: ShardManifest


class HistoryStore:
    """Reads and replaces the histories of an app's segments; they are removed with their segment."""

    def __init__(self, table: Table) -> None:
        """Keep the control table."""
        self._control = ControlTable(table)

    def find(self, application_id: str, segment_id: str) -> History | None:
        """Return the segment's history; None where it was never evaluated."""
        item = self._control.get(_key(application_id, segment_id))
        return History(**item) if item else None

    def replace(self, application_id: str, segment_id: str, history: History, before: History | None) -> bool:
        """Replace a history by the one that continues it.

        Returns:
            False where another job's evaluation has come in between: that one counts.
        """
        key, item = _key(application_id, segment_id), asdict(history)
        if before is None:
            replaced = self._control.put_if(key, item, "attribute_not_exists(pk)")
        else:
            values, names = {":at": before.at, ":job": before.job_id}, {"#at": "at"}
            replaced = self._control.put_if(key, item, "#at = :at AND job_id = :job", values, names)
        # A write that took effect before its answer was lost is refused when it is sent again.
        return replaced or self.find(application_id, segment_id) == history


def history_files(s3: S3Client, bucket: str) -> ShardedFiles[Membership]:
    """Return what writes and reads the histories of segments: one file each, one ranged read a shard."""
    return ShardedFiles(s3, bucket, sort_key, _line, lambda line: Membership(*orjson.loads(line)))


def match_files(s3: S3Client, bucket: str) -> ShardedFiles[Match]:
    """Return what writes and reads matches: a run for each interval of a worker, merged at the end."""
    return ShardedFiles(s3, bucket, sort_key, _line, lambda line: Match(*orjson.loads(line)))


def _line(record: Membership | Match) -> bytes:
    return orjson.dumps(record[:])


def _key(application_id: str, segment_id: str) -> Key:
    return SEGMENT_HISTORY.key(application_id=application_id, segment_id=segment_id)

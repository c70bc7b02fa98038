"""The plan of a job: its piece list, from which the state machine makes a child execution for each piece."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import orjson
from botocore.exceptions import ClientError

from audience.aws.client_types import S3Client
from audience.aws.errors import code_of, is_forbidden
from audience.errors import PlanGoneError
from audience.jobs.lifecycle import Lifecycle
from audience.jobs.model import Job, JobKey, Members
from audience.jobs.piece_store import PieceStore
from audience.jobs.pieces import totals

Event = dict[str, Any]
Pieces = list[Any]
# Changes the plan of a job that was planned before; given the job, its piece list, and what keeps a changed one.
# Returns fields of the job to set.
Again = Callable[[Job, Pieces, Callable[[Pieces], None]], Members]


class Planner:
    """Keeps a job's piece list in the bucket and says which pieces are still to be done."""

    def __init__(
        self, s3: S3Client, bucket: str, lifecycle: Lifecycle, key: JobKey, pieces: PieceStore
    ) -> None:
        """Keep the S3 client, the service's bucket, how statuses move, the job and its piece records."""
        self._s3 = s3
        self._bucket = bucket
        self._lifecycle = lifecycle
        self._key = key
        self._pieces = pieces

    def run(
        self,
        event: Event,
        make: Callable[[Job], tuple[Sequence[Any] | None, Members]],
        again: Again | None = None,
    ) -> Event:
        """Plan the job, or plan again what an earlier run of it left undone.

        Args:
            event: the input of the state, which goes into its output.
            make: makes the piece list of the job, and gives fields of the job to set; None where another step has to
                make it.
            again: looks at the piece list again, where the job was planned before.

        Returns:
            The event with `pieces_bucket`, `pieces_key` (a JSON array) and `piece_count`, which is 0 where the
            job was cancelled or has ended meanwhile, or where another step makes the list.
        """
        self._lifecycle.advance(self._key, "PREPARING_FOR_INITIALIZATION")
        self._lifecycle.advance(self._key, "INITIALIZING")
        job = self._lifecycle.jobs.get(self._key)
        if job.status not in {"INITIALIZING", "PROCESSING"}:
            return self._output(event, 0)
        done: set[int] = set()
        if job.total_pieces:
            # Planned before: in an earlier run, or by a planner whose answer was lost. The records are of those pieces.
            kept = self._kept()
            members = again(job, kept, partial(self._write, "pieces.json")) if again else Members()
            pieces: Sequence[Any] = kept
            done = {piece.index for piece in self._pieces.all() if piece.status == "DONE"}
        else:
            made, members = make(job)
            if made is None:
                return self._output(event, 0)
            pieces = made
            self._write("pieces.json", pieces)
        self._write("todo.json", [piece for piece in pieces if piece["index"] not in done])
        counts = {**totals(self._pieces.all(), len(pieces)), "failed_pieces": 0}
        self._lifecycle.advance(self._key, "PROCESSING", **counts, **members)
        return self._output(event, len(pieces))

    def _kept(self) -> Pieces:
        try:
            found = self._s3.get_object(Bucket=self._bucket, Key=f"{self._key.work_prefix}pieces.json")
        except ClientError as refused:
            # S3 says "forbidden" of what is not there, too, where the function may not list the bucket.
            if not (is_forbidden(refused) or code_of(refused) == "NoSuchKey") or self._is_kept():
                raise
            raise PlanGoneError("the job is too old to be run again: its plan has expired") from refused
        pieces: Pieces = orjson.loads(found["Body"].read())
        return pieces

    def _is_kept(self) -> bool:
        key = f"{self._key.work_prefix}pieces.json"
        found = self._s3.list_objects_v2(Bucket=self._bucket, Prefix=key, MaxKeys=1)
        return any(entry["Key"] == key for entry in found.get("Contents", []))

    def _write(self, name: str, pieces: Sequence[Any]) -> None:
        self._s3.put_object(
            Bucket=self._bucket,
            Key=f"{self._key.work_prefix}{name}",
            Body=orjson.dumps(pieces),
            ContentType="application/json",
        )

    def _output(self, event: Event, count: int) -> Event:
        place = {"pieces_bucket": self._bucket, "pieces_key": f"{self._key.work_prefix}todo.json"}
        return {**event, **place, "piece_count": count}

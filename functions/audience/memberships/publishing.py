"""The results of a job's evaluations, published as the next history of each segment."""

from collections.abc import Sequence

from audience.aws.client_types import S3Client
from audience.errors import PermanentError
from audience.jobs.model import JobKey
from audience.jobs.pieces import PieceRecord, piece_failures
from audience.layout.bucket import segment_prefix
from audience.layout.endpoints_table import SHARDS
from audience.memberships.history import next_history
from audience.memberships.plan import Evaluation
from audience.memberships.store import History, HistoryStore, history_files, match_files
from audience.memberships.worker import runs_prefix
from audience.sharded.gathering import Gathering


class EvaluationIncompleteError(PermanentError):
    """Not all endpoints could be evaluated, so that the members of the segments are not known."""


class HistoryPublisher:
    """Publishes the next histories of the segments that a job evaluated; doing it again changes nothing."""

    def __init__(self, s3: S3Client, bucket: str, store: HistoryStore, key: JobKey) -> None:
        """Keep the S3 client, the service's bucket, the histories of all segments, and the job."""
        self._s3 = s3
        self._bucket = bucket
        self._store = store
        self._key = key

    def publish(
        self, evaluations: Sequence[Evaluation], pieces: Sequence[PieceRecord], piece_count: int
    ) -> None:
        """Publish what the workers found, segment by segment, each as a whole or not at all.

        Raises:
            EvaluationIncompleteError: a piece was not done; says which and why.
        """
        if missing := piece_failures(pieces, piece_count):
            raise EvaluationIncompleteError(f"the segments could not be evaluated: {missing[0]}")
        runs = [run for piece in pieces for run in piece.member_runs]
        for segment_id in dict.fromkeys(each["segment_id"] for each in evaluations):
            own = [
                (number, each) for number, each in enumerate(evaluations) if each["segment_id"] == segment_id
            ]
            prefix = runs_prefix(self._key, segment_id)
            self._publish(segment_id, own, [run for run in runs if run.startswith(prefix)])

    def _publish(self, segment_id: str, own: list[tuple[int, Evaluation]], runs: list[str]) -> None:
        """Continue from the current history; an evaluation that is older than it does not count."""
        while True:
            before = self._store.find(self._key.application_id, segment_id)
            fresh = [(number, each) for number, each in own if before is None or _later(each, before)]
            if not fresh:
                return
            history = self._written(segment_id, before, fresh, runs)
            if self._store.replace(self._key.application_id, segment_id, history, before):
                self._supersede(before)
                return

    def _written(
        self, segment_id: str, before: History | None, fresh: list[tuple[int, Evaluation]], runs: list[str]
    ) -> History:
        files, job_id = history_files(self._s3, self._bucket), self._key.job_id
        memberships = (
            (each for shard in range(SHARDS) for each in files.read(before.manifest, shard)) if before else ()
        )
        gathering = Gathering(match_files(self._s3, self._bucket), runs_prefix(self._key, segment_id))
        found = gathering.records(runs)
        moments = [(number, each["at"]) for number, each in fresh]
        name = f"{segment_prefix(self._key.application_id, segment_id)}history-{job_id}.gz"
        _, last = fresh[-1]
        manifest = files.write(name, next_history(memberships, found, moments))
        return History(last["version"], last["at"], job_id, manifest)

    def _supersede(self, before: History | None) -> None:
        """Mark the previous history to expire, once no job that has begun can still be reading it."""
        if before is not None and before.job_id != self._key.job_id:
            # The bucket's lifecycle rule goes by this tag (infra/storage.py).
            self._s3.put_object_tagging(
                Bucket=self._bucket,
                Key=before.manifest["key"],
                Tagging={"TagSet": [{"Key": "superseded", "Value": "true"}]},
            )


def _later(evaluation: Evaluation, history: History) -> bool:
    return evaluation["at"] > history.at or evaluation["version"] > history.version

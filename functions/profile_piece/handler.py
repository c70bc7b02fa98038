"""Profile Piece: evaluate segments over some shards, or write their profiles, as the stage says."""

from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools import Logger

from audience.aws.clients import client, dynamodb_client, table
from audience.batches.columns import columns_of
from audience.batches.files import BatchFiles
from audience.endpoints.scan import ShardScan
from audience.errors import SegmentUnusableError
from audience.events.store import EventStore
from audience.jobs.model import JobKey
from audience.jobs.piece_runner import Watch
from audience.jobs.piece_store import PieceStore
from audience.jobs.pieces import owner_of
from audience.jobs.step import Step, step_of
from audience.jobs.store import JobStore
from audience.layout.bucket import dataset_prefix
from audience.memberships.lookup import MembershipLookup
from audience.memberships.plan import Evaluation
from audience.memberships.store import match_files
from audience.memberships.worker import EvaluationWorker
from audience.profiles.definition import ProfileExportDefinition
from audience.profiles.export import ProfileExport
from audience.profiles.plan import PlanFile
from audience.profiles.scan import EventTimes, ProfileScan
from audience.profiles.worker import ProfileWorker
from audience.segments.predicates import Predicate
from audience.segments.store import SegmentStore
from audience.settings import StorageSettings

logger = Logger()

# Left for the last row group of each file, their completion and the record.
RESERVE_MS = 60_000


@step_of("PROFILE_EXPORT")
def handler(step: Step) -> dict[str, Any]:
    """Work on `piece` (audience.exports.plan.ShardPiece) in the job's `stage`, EVALUATION or EXPORT.

    Returns:
        `done`: false where the rest of the piece needs another invocation; nothing more is done for a job that
        was cancelled or has ended.
    """
    event = step.event
    parts = _Parts(event, step.storage)
    index, shards = event["piece"]["index"], event["piece"]["shards"]
    watch = Watch(parts.jobs, parts.key, step.remaining_ms, RESERVE_MS)
    worker = parts.evaluator() if event["stage"] == "EVALUATION" else parts.exporter()
    done = worker.run(index, shards, watch, step.deadline())
    logger.info("worked", done=done, stopped=watch.stopped)
    return {"done": done or watch.stopped}


class _Parts:
    """The parts of the work put together from the event and the settings."""

    def __init__(self, event: dict[str, Any], storage: StorageSettings) -> None:
        self.key = JobKey(event["application_id"], "PROFILE_EXPORT", event["job_id"])
        self._storage = storage
        self._control = table(storage.control_table)
        self._s3 = client("s3")
        self.jobs = JobStore(self._control)
        self._pieces = PieceStore(self._control, owner_of(event))
        self._plan = PlanFile(self._s3, storage.bucket, self.key)
        self._scan = ShardScan(dynamodb_client(), storage.endpoints_table, self.key.application_id)

    def evaluator(self) -> EvaluationWorker:
        evaluations = self._plan.read()["evaluations"]
        return EvaluationWorker(
            self.key,
            self._pieces,
            match_files(self._s3, self._storage.bucket),
            evaluations,
            self._scan.all_of,
            lambda shard: [self._predicate(each, shard) for each in evaluations],
        )

    def exporter(self) -> ProfileWorker:
        definition = ProfileExportDefinition.from_document(self.jobs.get(self.key).definition)
        export = ProfileExport.of(definition)
        events = EventStore(dynamodb_client(), self._storage.endpoints_table, self.key.application_id)
        times = EventTimes(events.endpoints_with_events, lambda name: _last(events, name))
        manifests = self._plan.manifests()
        return ProfileWorker(
            self.key,
            self.jobs,
            self._pieces,
            export,
            lambda name: self._files(definition, name),
            ProfileScan(self._scan, export.graph, times if export.empty_profiles else None),
            lambda shard: MembershipLookup(self._s3, self._storage.bucket, manifests, shard),
            events.of_endpoint,
        )

    def _files(self, definition: ProfileExportDefinition, name: str) -> BatchFiles:
        events = definition.event_list
        columns = columns_of(definition.fields, events.fields if events else None, events=events is not None)
        folder = dataset_prefix(self.key.application_id, definition.dataset_id)
        return BatchFiles(self._s3, self._storage.bucket, folder, columns, definition.format, name)

    def _predicate(self, evaluation: Evaluation, shard: int) -> Predicate:
        """Build the test whether somebody of a shard was in a segment's version at a moment."""
        from audience.segments.bases import ShardBases  # noqa: PLC0415 - pydantic: not for pieces without segments

        application_id, segments = self.key.application_id, SegmentStore(self._control)
        segment = segments.find(application_id, evaluation["segment_id"], evaluation["version"])
        if segment is None:
            raise SegmentUnusableError(
                f"segment {evaluation['segment_id']} was deleted while it was evaluated"
            )
        now = datetime.fromtimestamp(evaluation["at"] / 1000, UTC)
        newest = evaluation["bases"]
        bases = ShardBases(segments, self._s3, self._storage.bucket, application_id, shard, now, newest)
        return bases.predicate(segment)


def _last(events: EventStore, endpoint_id: str) -> int:
    return max((event.ingested for event in events.of_endpoint(endpoint_id)), default=0)

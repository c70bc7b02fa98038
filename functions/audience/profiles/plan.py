"""The plan of a profile export: which segments are evaluated first, and which shards each piece takes."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypedDict

import orjson

from audience.aws.client_types import S3Client
from audience.exports.plan import ShardPiece, cut
from audience.jobs.model import Job, JobKey
from audience.memberships.plan import Evaluation, due_evaluations, milliseconds
from audience.memberships.store import History, HistoryStore
from audience.profiles.definition import ProfileExportDefinition
from audience.segments.store import SegmentStore
from audience.segments.version import SegmentVersion
from audience.sharded.files import ShardManifest

_PAGE = 100


class ProfileExportPlan(TypedDict):
    """What the job's functions share: evaluations that are due, and the segments whose members rows name."""

    evaluations: list[Evaluation]
    segment_ids: list[str]
    evaluation_pieces: int


@dataclass(frozen=True)
class ProfilePlanner:
    """Plans one job; `estimate` returns about how many endpoints the app has."""

    key: JobKey
    segments: SegmentStore
    histories: HistoryStore
    estimate: Callable[[], int]

    def plan(self, job: Job) -> tuple[ProfileExportPlan, list[ShardPiece]]:
        """Return the plan of the job and the pieces of its export; an evaluation has the same pieces."""
        from audience.segments.bases import newest_bases  # noqa: PLC0415 - pydantic: not for those who read a plan

        definition = ProfileExportDefinition.from_document(job.definition)
        asked = {each.segment_id for each in definition.segments}
        # Rows tell of all segments; without that column only those matter that are asked for, or are to be evaluated.
        everything = definition.memberships or (definition.evaluate and not asked)
        listed = self._segments() if everything or asked else ()
        segments = [each for each in listed if everything or each.id in asked]

        def wanted(segment_id: str, history: History | None) -> bool:
            if definition.evaluate:
                return segment_id in asked or not asked
            return segment_id in asked and history is None

        todo = list(
            due_evaluations(
                segments,
                lambda segment_id: self.histories.find(self.key.application_id, segment_id),
                self._versions,
                wanted,
                lambda segment: newest_bases(self.segments, segment),
                milliseconds(job.created),
            )
        )
        pieces = cut(self.estimate(), None)
        plan: ProfileExportPlan = {
            "evaluations": todo,
            "segment_ids": [each.id for each in segments],
            "evaluation_pieces": len(pieces) if todo else 0,
        }
        return plan, pieces

    def _segments(self) -> Iterator[SegmentVersion]:
        after: str | None = None
        while True:
            page, after = self.segments.page(self.key.application_id, _PAGE, after)
            yield from page
            if after is None:
                return

    def _versions(self, segment_id: str, known: int) -> Iterable[SegmentVersion]:
        """Return the versions after `known`, oldest first."""
        fresh: list[SegmentVersion] = []
        after: str | None = None
        while True:
            page, after = self.segments.page_of_versions(self.key.application_id, segment_id, _PAGE, after)
            fresh += [each for each in page if each.version > known]
            if after is None or len(fresh) < len(page):
                return reversed(fresh)


class PlanFile:
    """Keeps a job's plan, and the histories that it reads, in the service's bucket."""

    def __init__(self, s3: S3Client, bucket: str, key: JobKey) -> None:
        """Keep the S3 client, the service's bucket and the job."""
        self._s3, self._bucket, self._prefix = s3, bucket, key.work_prefix

    def write(self, plan: ProfileExportPlan, evaluation_pieces: list[ShardPiece]) -> None:
        """Write the job's plan, and the piece list of its evaluation."""
        self._put("evaluation.json", evaluation_pieces if plan["evaluations"] else [])
        self._put("plan.json", plan)

    def read(self) -> ProfileExportPlan:
        """Read the plan."""
        plan: ProfileExportPlan = self._get("plan.json")
        return plan

    def write_manifests(self, manifests: dict[str, ShardManifest]) -> None:
        """Write where the histories are, by the segments' ids, so that all workers read the same ones."""
        self._put("memberships.json", manifests)

    def manifests(self) -> dict[str, ShardManifest]:
        """Read where the histories are."""
        manifests: dict[str, ShardManifest] = self._get("memberships.json")
        return manifests

    def _put(self, name: str, content: Any) -> None:
        body = orjson.dumps(content)
        self._s3.put_object(
            Bucket=self._bucket, Key=f"{self._prefix}{name}", Body=body, ContentType="application/json"
        )

    def _get(self, name: str) -> Any:
        return orjson.loads(
            self._s3.get_object(Bucket=self._bucket, Key=f"{self._prefix}{name}")["Body"].read()
        )

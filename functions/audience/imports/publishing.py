"""Publishing of an import job's segment: all its members as one new version."""

from audience.aws.client_types import S3Client
from audience.imports.definition import ImportDefinition
from audience.jobs.finishing import ProgressKeeper
from audience.jobs.model import Job, JobKey
from audience.jobs.pieces import PieceRecord
from audience.layout.bucket import segment_prefix
from audience.segments.members import gather_members
from audience.segments.store import SegmentStore
from audience.segments.version import SegmentContent


def publish_segment(
    s3: S3Client,
    bucket: str,
    segments: SegmentStore,
    keeper: ProgressKeeper,
    key: JobKey,
    job: Job,
    pieces: list[PieceRecord],
    now: str,
) -> int:
    """Publish the members of all pieces as one new version of the job's segment.

    Publishing again for the same job changes nothing. `now` is an ISO 8601 date; returns the version's number.

    Raises:
        SegmentGoneError: the segment that the job refreshes has been deleted meanwhile.
        TimeIsUpError: another invocation has to go on; nothing is published yet.
    """
    definition = ImportDefinition.from_document(job.definition)
    runs = [run for piece in pieces for run in piece.member_runs]
    segment_id = definition.segment_id or ""
    name = f"{segment_prefix(key.application_id, segment_id)}{key.job_id}"
    progress = keeper.of(key, "members", runs)
    manifest, channels = gather_members(s3, bucket, name, runs, key.work_prefix, progress)
    segment = segments.publish(
        key.application_id,
        segment_id,
        SegmentContent(
            name=definition.segment_name or "",
            segment_type="IMPORT",
            created=now,
            modified=now,
            import_definition={
                **definition.source(),
                "Size": sum(channels.values()),
                "ChannelCounts": channels,
            },
            members=manifest,
            job_id=key.job_id,
        ),
        exists=bool(job.refreshes),
    )
    return segment.version

"""Plan Export: see how much there is, share the shards between pieces, write the piece list to S3."""

from typing import Any

from aws_lambda_powertools import Logger

from audience.aws.clients import client, dynamodb_client, table
from audience.errors import SegmentUnusableError
from audience.exports.definition import ExportDefinition
from audience.exports.plan import ShardPiece, cut, estimated
from audience.jobs.factories import lifecycle_of
from audience.jobs.model import JobKey
from audience.jobs.piece_store import PieceStore
from audience.jobs.planning import Planner
from audience.jobs.step import Step, step_of
from audience.segments.store import SegmentStore
from audience.settings import MapSettings, StorageSettings

logger = Logger()


@step_of("EXPORT")
def handler(step: Step) -> dict[str, Any]:
    """Plan the job that `event` names by `application_id` and `job_id`.

    Returns:
        The event with `pieces_bucket`, `pieces_key` (a JSON array of pieces), `piece_count` and
        `max_concurrency`, how many of them may be worked on at a time.
    """
    key, storage = step.key, step.storage
    event = {**step.event, "max_concurrency": MapSettings.from_env().max_concurrency}
    control = table(storage.control_table)
    pieces = PieceStore(control, key.job_id)
    planner = Planner(client("s3"), storage.bucket, lifecycle_of(storage), key, pieces)
    output = planner.run(
        event, lambda job: (_pieces(storage, key, ExportDefinition.from_document(job.definition)), {})
    )
    logger.info("planned", pieces=output["piece_count"])
    return output


def _pieces(storage: StorageSettings, key: JobKey, definition: ExportDefinition) -> list[ShardPiece]:
    """Return the shards by piece; of a segment the newest version unless one is asked for."""
    if definition.segment_id is None:
        return cut(estimated(dynamodb_client(), storage.endpoints_table, key.application_id), None)
    segments = SegmentStore(table(storage.control_table))
    found = segments.find(key.application_id, definition.segment_id, definition.segment_version)
    if found is None:
        raise SegmentUnusableError(f"there is no segment {definition.segment_id} any more")
    if found.is_imported:
        return cut(found.size, found.version)
    pieces = cut(estimated(dynamodb_client(), storage.endpoints_table, key.application_id), found.version)
    from audience.segments.bases import newest_bases  # noqa: PLC0415 - pydantic: not for exports of whole apps

    bases = newest_bases(segments, found)
    return [{**piece, "base_versions": bases} for piece in pieces]

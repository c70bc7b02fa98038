"""Import Piece: merge the rows of one piece into the endpoints, or hand over when time is short."""

from typing import Any

from aws_lambda_powertools import Logger

from audience.aws.clients import client, dynamodb_loop, table
from audience.aws.dynamodb_loop import DynamoDBLoop
from audience.endpoints.store import EndpointStore, endpoint_store
from audience.imports.definition import ImportDefinition
from audience.imports.dry_run import DryRun
from audience.imports.interval_rows import Merger
from audience.imports.reader import SourceReader
from audience.imports.segment_only import SegmentOnly
from audience.imports.worker import ImportWorker
from audience.jobs.model import Job
from audience.jobs.piece_runner import Watch
from audience.jobs.piece_store import PieceStore
from audience.jobs.step import Step, step_of
from audience.jobs.store import JobStore
from audience.settings import AccessSettings, StorageSettings
from audience.sources.access import CustomerAccess
from audience.sources.location import S3Location
from audience.sources.pieces import Source, by_number
from audience.sources.stream import ObjectStream

logger = Logger()

# Left for the rows on their way, the files of the interval and its record, with a throttled table in mind.
RESERVE_MS = 90_000


@step_of("IMPORT")
def handler(step: Step) -> dict[str, Any]:
    """Work on `piece` (audience.sources.pieces.Piece) of the job that the event names.

    `application_id` and `job_id` name the job.

    Returns:
        `done`: false where the rest of the piece needs another invocation; nothing more is done for a job that
        was cancelled or has ended. A piece whose sources could not all be read is done too: its record says FAILED.
    """
    event, key, storage = step.event, step.key, step.storage
    piece = event["piece"]
    job = JobStore(table(storage.control_table)).get(key)
    definition = ImportDefinition.from_document(job.definition)
    readers = _Readers(storage, key.application_id, definition, by_number(piece))
    with dynamodb_loop() as dynamodb:
        worker = _worker(storage, job, definition, dynamodb)
        watch = Watch(worker.jobs, key, step.remaining_ms, RESERVE_MS)
        done = worker.run(piece["index"], readers, watch, step.deadline())
    logger.info("worked", done=done, stopped=watch.stopped)
    return {"done": done or watch.stopped}


def _worker(
    storage: StorageSettings, job: Job, definition: ImportDefinition, dynamodb: DynamoDBLoop
) -> ImportWorker:
    control = table(storage.control_table)
    key = job.key
    endpoints = endpoint_store(
        dynamodb, storage, key.application_id, definition.dataset_id, dynamodb.together
    )
    merger = _merger(endpoints, definition)
    pieces = PieceStore(control, key.job_id)

    return ImportWorker(
        key,
        job.created,
        definition.define_segment,
        JobStore(control),
        pieces,
        client("s3"),
        storage.bucket,
        merger,
        runner=dynamodb,
        inserter=endpoints if merger is endpoints else None,
    )


def _merger(endpoints: EndpointStore, definition: ImportDefinition) -> Merger:
    if definition.dry_run:
        return DryRun(endpoints)
    return endpoints if definition.register_endpoints else SegmentOnly(endpoints)


class _Readers:
    """The readers of a piece's sources, by their number."""

    def __init__(
        self,
        storage: StorageSettings,
        application_id: str,
        definition: ImportDefinition,
        sources: dict[int, Source],
    ) -> None:
        location = S3Location.parse(definition.s3_url)
        access = CustomerAccess(AccessSettings.from_env(), storage.bucket)
        self._s3 = access.reader(definition.role_arn, definition.external_id, location)
        self._bucket = location.bucket
        self._csv = definition.format == "CSV"
        self._rules = definition.rules
        self._application_id = application_id
        self._sources = sources

    def __call__(self, number: int) -> SourceReader | None:
        source = self._sources.get(number)
        if source is None:
            return None
        place = S3Location(self._bucket, source["key"])
        stream = ObjectStream(self._s3, place, source["size"], source["etag"])
        return SourceReader(stream, source, place, self._application_id, csv=self._csv, rules=self._rules)

"""Import Piece: merge the rows of one piece into the endpoints, or hand over when time is short."""

from typing import Any

from aws_lambda_powertools import Logger

from audience.aws.clients import client, dynamodb_client, table
from audience.endpoints.store import EndpointStore, endpoint_store
from audience.imports.checkpoint_interval import Merger
from audience.imports.dry_run import DryRun
from audience.imports.reader import SourceReader
from audience.imports.segment_only import SegmentOnly
from audience.imports.worker import ImportWorker
from audience.jobs.model import JobKey
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
    worker = _worker(storage, key)
    readers = _Readers(storage, worker, by_number(piece))
    watch = Watch(worker.jobs, key, step.remaining_ms, RESERVE_MS)
    done = worker.run(piece["index"], readers, watch, step.deadline())
    logger.info("worked", done=done, stopped=watch.stopped)
    return {"done": done or watch.stopped}


def _worker(storage: StorageSettings, key: JobKey) -> ImportWorker:
    control = table(storage.control_table)
    jobs = JobStore(control)
    job = jobs.get(key)
    definition = job.definition
    dynamodb = dynamodb_client()
    endpoints = endpoint_store(dynamodb, storage, key.application_id, definition.get("DatasetId"))
    merger = _merger(endpoints, definition)
    pieces = PieceStore(control, key.job_id)

    def concurrency() -> int:
        return dynamodb.concurrency.limit

    return ImportWorker(key, job, jobs, pieces, client("s3"), storage.bucket, merger, concurrency=concurrency)


def _merger(endpoints: EndpointStore, definition: dict[str, Any]) -> Merger:
    if definition.get("DryRun"):
        return DryRun(endpoints)
    return endpoints if definition["RegisterEndpoints"] else SegmentOnly(endpoints)


class _Readers:
    """The readers of a piece's sources, by their number."""

    def __init__(self, storage: StorageSettings, worker: ImportWorker, sources: dict[int, Source]) -> None:
        definition = worker.job.definition
        location = S3Location.parse(definition["S3Url"])
        access = CustomerAccess(AccessSettings.from_env(), storage.bucket)
        self._s3 = access.reader(definition["RoleArn"], definition["ExternalId"], location)
        self._bucket = location.bucket
        self._csv = definition["Format"] == "CSV"
        self._application_id = worker.key.application_id
        self._sources = sources

    def __call__(self, number: int) -> SourceReader | None:
        source = self._sources.get(number)
        if source is None:
            return None
        place = S3Location(self._bucket, source["key"])
        stream = ObjectStream(self._s3, place, source["size"], source["etag"])
        return SourceReader(stream, source, place, self._application_id, csv=self._csv)

"""A piece of an import, as Lambda runs it: the real handler, with the sink as its tables and its bucket.

The whole way is measured, from the file in S3 to the answer to the last row: clients, records of the piece, checkpoints
and the job's counters are the real ones too.
"""

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

from boto3.dynamodb.types import TypeSerializer

from audience.imports.definition import ImportDefinition
from audience.jobs.model import Job, JobKey
from audience.sources.names import SourceFormat
from audience.sources.pieces import Source
from benchmarks.null_aws import APP, JOB
from benchmarks.service import SinkService, point_clients_at
from benchmarks.sink_settings import SinkSettings
from local.lambdas import Context, load_handler

BUCKET = "bucket"
VARIABLES = {
    "CONTROL_TABLE": "control",
    "ENDPOINTS_TABLE": "endpoints",
    "BUCKET": BUCKET,
    "WORKER_ROLE_ARN": "arn:aws:iam::111122223333:role/worker",
    "ALLOWED_ROLE_ARNS": "*",
    "ACCOUNT_ID": "111122223333",
    "POWERTOOLS_LOG_LEVEL": "CRITICAL",
    "POWERTOOLS_SERVICE_NAME": "bench",
    "POWERTOOLS_METRICS_NAMESPACE": "bench",
}
KEY = JobKey(APP, "IMPORT", JOB)


class PieceImport:
    """The import of files of one folder by this process, each as one piece."""

    def __init__(self, running: SinkService, folder: Path) -> None:
        """Keep the sink and the folder; the process's clients are made at the first run and stay."""
        os.environ.update(VARIABLES)
        point_clients_at(running)
        self.running = running
        self._folder = folder
        self._handler = load_handler("import_piece.handler.handler")

    def prepare(
        self, path: Path, settings: SinkSettings | None = None, *, defines_segment: bool = True
    ) -> None:
        """Let the sink know the job that imports a file, and begin its counts anew."""
        item = _job(path, defines_segment=defines_segment)
        prepared = replace(settings or SinkSettings(), folder=str(self._folder), items=item)
        self.running.set(prepared)

    def run(self, path: Path, rows: int, bad: int = 0) -> None:
        """Import a file of `rows`, of which some are bad; the piece's record must say so.

        Raises:
            SystemExit: it does not.
        """
        context = Context("import_piece", "arn", 1769, timeout_seconds=900)
        event = {"application_id": APP, "job_id": JOB, "piece": {"index": 0, "sources": [_source(path)]}}
        reply = self._handler(event, context)
        record = self.running.counts()["record"]
        done = (reply, record["processed"]["N"], record["failed"]["N"])
        if done != ({"done": True}, str(rows - bad), str(bad)):
            raise SystemExit(f"{path.name} was not imported whole: {done}, not {rows} rows")


def _source(path: Path) -> Source:
    size = path.stat().st_size
    return {"key": f"uploads/{path.name}", "etag": "e", "size": size, "start": 0, "end": size, "line": 1}


def _job(path: Path, *, defines_segment: bool) -> dict[str, dict[str, Any]]:
    """Return the job's item by its sort key."""
    file_format: SourceFormat = "CSV" if ".csv" in path.name else "JSON"
    definition = ImportDefinition(
        f"s3://{BUCKET}/uploads/{path.name}",
        "",
        "",
        file_format,
        register_endpoints=True,
        define_segment=defines_segment,
        segment_name="Customers" if defines_segment else None,
    )
    job = Job(KEY, "2026-01-01T00:00:00.000Z", definition.to_document(), status="PROCESSING")
    key = KEY.item_key
    item = {**job.to_item(), **key}
    return {key["sk"]: dict(TypeSerializer().serialize(item)["M"])}

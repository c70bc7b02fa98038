"""Export jobs as a client runs them, and their batches as whoever owns the bucket reads them."""

import hashlib
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pyarrow.parquet as pq

from local.stack import LocalStack
from tests.steps import Steps

JOBS = "/data/core/ups/export/jobs"
DATASETS = "/data/foundation/catalog/dataSets"
ENDED = {"SUCCEEDED", "FAILED", "CANCELLED"}
Row = dict[str, Any]


@dataclass(frozen=True)
class Exporter:
    """A client of an organisation's sandbox, with a dataset for each format."""

    stack: LocalStack
    steps: Steps
    ask: Callable[..., Any]
    application_id: str

    def dataset(self, kind: str = "parquet") -> str:
        """A new dataset."""
        answer = self.ask("POST", DATASETS, {"name": "test", "fileDescription": {"format": kind}})
        assert answer.status_code == 201
        return str(answer.json()[0].rpartition("/")[2])

    def create(
        self, dataset: str | None = None, *, by_segment: bool = False, **members: Any
    ) -> dict[str, Any]:
        """A new job."""
        destination = {"datasetId": dataset or self.dataset(), "segmentPerBatch": by_segment}
        body = {"destination": destination, "schema": {"name": "_xdm.context.profile"}, **members}
        answer = self.ask("POST", JOBS, body)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def ended(self, job: dict[str, Any]) -> dict[str, Any]:
        """The job once it has ended."""
        path = f"{JOBS}/{job['id']}"
        found = self.steps.until(lambda: self.ask("GET", path).json(), lambda found: found["status"] in ENDED)
        return dict(found)

    def exported(self, **members: Any) -> dict[str, Any]:
        """Run a job to its end."""
        return self.ended(self.create(**members))

    def rows(self, **members: Any) -> list[Row]:
        """The rows of a job that succeeds, in one batch."""
        job = self.exported(**members)
        assert job["status"] == "SUCCEEDED", job
        return self.batch(job["destination"]["datasetId"], job["destination"]["batchId"])

    def by_identity(self, **members: Any) -> dict[str, Row]:
        """As `rows`, by each profile's primary identity."""
        return {primary(row): row for row in self.rows(**members)}

    def names(self, dataset: str, batch: str) -> set[str]:
        """The names of the objects in a batch's folder."""
        prefix = f"datasets/{self.application_id}/{dataset}/{batch}/"
        found = self.stack.client("s3").list_objects_v2(Bucket=self.stack.variables["BUCKET"], Prefix=prefix)
        return {entry["Key"].removeprefix(prefix) for entry in found.get("Contents", [])}

    def read(self, dataset: str, batch: str, name: str) -> bytes:
        key = f"datasets/{self.application_id}/{dataset}/{batch}/{name}"
        found = self.stack.client("s3").get_object(Bucket=self.stack.variables["BUCKET"], Key=key)
        return bytes(found["Body"].read())

    def manifest(self, dataset: str, batch: str) -> dict[str, Any]:
        return dict(json.loads(self.read(dataset, batch, "_manifest.json")))

    def batch(self, dataset: str, batch: str) -> list[Row]:
        """The rows of a batch, after its manifest was held against what is in the folder."""
        manifest = self.manifest(dataset, batch)
        assert self.names(dataset, batch) == {"_manifest.json", *(file["name"] for file in manifest["files"])}
        rows: list[Row] = []
        for file in manifest["files"]:
            content = self.read(dataset, batch, file["name"])
            assert (file["bytes"], file["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())
            own = _rows(content, file["name"])
            assert len(own) == file["rows"]
            rows += own
        assert manifest["rows"] == len(rows)
        return rows


def primary(row: Row) -> str:
    """The primary identity of a row, with its namespace."""
    (found,) = (
        f"{namespace}:{identity['id']}"
        for namespace, identities in row["identityMap"].items()
        for identity in identities
        if identity["primary"]
    )
    return found


def _rows(content: bytes, name: str) -> list[Row]:
    if name.endswith(".ndjson"):
        return [json.loads(line) for line in content.splitlines()]
    rows = pq.read_table(io.BytesIO(content)).to_pylist(maps_as_pydicts="strict")
    return [_plain(row) for row in rows]


def _plain(value: Any) -> Any:
    """A value as pyarrow reads it, but what is null is left out."""
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items() if inner is not None}
    return value

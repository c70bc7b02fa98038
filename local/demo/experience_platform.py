"""The demo's last step: the same people as profiles, exported in Experience Platform's dialect."""

import io
import json
from collections.abc import Iterator
from typing import Any

import boto3
import pyarrow.parquet as pq
import requests

from local.demo.show import Checks, console, document, watch
from local.stack import LocalStack

ORGANISATION, SANDBOX, CLIENT = "1BD6382559DF0C130A49422D@AdobeOrg", "prod", "demo-client"
JOBS = "/data/core/ups/export/jobs"
_STATUSES = {"SUCCEEDED": "COMPLETED"}


class ExperiencePlatformDemo:
    """A client of Experience Platform: bearer token, organisation, sandbox."""

    def __init__(self, stack: LocalStack, application_id: str, checks: Checks) -> None:
        """Bind the app to the organisation's sandbox, signed with IAM, and get a token of the issuer."""
        self._url, self._checks = stack.api_url, checks
        self._bucket, self._folder = stack.variables["BUCKET"], f"datasets/{application_id}"
        self._s3 = boto3.client("s3", endpoint_url=stack.aws_url)
        binding = {"ImsOrgId": ORGANISATION, "SandboxName": SANDBOX, "ApiKeys": [CLIENT]}
        url = f"{self._url}/v1/apps/{application_id}/platform"
        requests.put(url, json=binding, timeout=30).raise_for_status()
        form = {"grant_type": "client_credentials", "client_id": CLIENT, "client_secret": "any"}
        token = requests.post(f"{stack.issuer_url}/ims/token/v3", data=form, timeout=30).json()
        self._headers = {
            "Authorization": f"Bearer {token['access_token']}",
            "x-api-key": CLIENT,
            "x-gw-ims-org-id": ORGANISATION,
            "x-sandbox-name": SANDBOX,
        }

    def export(self, segment_id: str, endpoints: set[str]) -> None:
        """Export a segment's profiles and check them against the endpoints that belong in it."""
        dataset = self._call("POST", "/data/foundation/catalog/dataSets", {"name": "Demo"})[0].rpartition(
            "/"
        )[2]
        request = {
            "fields": "identityMap,personalEmail.address,segmentMembership",
            "filter": {"segments": [{"segmentId": segment_id}]},
            "evaluationInfo": {"segmentation": True},
            "destination": {"datasetId": dataset},
            "schema": {"name": "_xdm.context.profile"},
        }
        made = self._call("POST", JOBS, request)
        job = watch("profiles", len(endpoints), lambda: self._progress(made["id"]))["job"]
        document(f"GET {JOBS}/{job['id']}", job)
        rows = list(self._rows(dataset, job["destination"]["batchId"]))
        self._checks.same("status", job["status"], "SUCCEEDED")
        self._checks.same("profiles exported", job["metrics"]["totalExportedProfileCounter"], len(rows))
        self._checks.same("profiles in the Parquet files", len(rows), len(endpoints))
        document("one row", next(row for row in rows if row.get("personalEmail")))

    def _progress(self, number: int) -> dict[str, Any]:
        """Return the job in the form that the demo's progress bar reads."""
        job = self._call("GET", f"{JOBS}/{number}")
        done = job["metrics"].get("totalExportedProfileCounter", 0)
        return {"JobStatus": _STATUSES.get(job["status"], job["status"]), "TotalProcessed": done, "job": job}

    def _rows(self, dataset: str, batch: str) -> Iterator[dict[str, Any]]:
        folder = f"{self._folder}/{dataset}/{batch}/"
        manifest = json.loads(self._read(f"{folder}_manifest.json"))
        for file in manifest["files"]:
            console.print(f"  s3://{self._bucket}/{folder}{file['name']}  {file['rows']:,} rows")
            for row in pq.read_table(io.BytesIO(self._read(folder + file["name"]))).to_pylist(
                maps_as_pydicts="strict"
            ):
                yield {name: value for name, value in row.items() if value is not None}

    def _read(self, key: str) -> bytes:
        return bytes(self._s3.get_object(Bucket=self._bucket, Key=key)["Body"].read())

    def _call(self, method: str, path: str, body: Any = None) -> Any:
        answer = requests.request(method, self._url + path, json=body, headers=self._headers, timeout=30)
        answer.raise_for_status()
        return answer.json()

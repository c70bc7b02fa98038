"""The walk's last step: the same people as profiles, exported in Experience Platform's dialect."""

import io
import json
from collections.abc import Iterator
from typing import Any

import pyarrow.parquet as pq
import requests

from walk.customer import Customer
from walk.place import TIMEOUT_S, Platform
from walk.show import console, document, watch

SANDBOX = "prod"
JOBS = "/data/core/ups/export/jobs"
_STATUSES = {"SUCCEEDED": "COMPLETED"}


class PlatformCustomer:
    """A client of Experience Platform: bearer token, organisation, sandbox."""

    def __init__(self, customer: Customer, platform: Platform, service_bucket: str | None) -> None:
        """Bind the app to an organisation's sandbox, signed with IAM.

        Args:
            customer: whose app it is.
            platform: the dialect's URL, and the token.
            service_bucket: the deployment's bucket, where the customer's credentials may read it; else None.
        """
        self._customer, self._url = customer, platform.url.rstrip("/")
        self._bucket, self._folder = service_bucket, f"datasets/{customer.app}"
        # An organisation of the app's own: a sandbox can be bound to one app only.
        organisation = f"{customer.app[:24].upper()}@AdobeOrg"
        binding = {"ImsOrgId": organisation, "SandboxName": SANDBOX, "ApiKeys": [platform.client_id]}
        customer.place.call("PUT", f"/v1/apps/{customer.app}/platform", binding).raise_for_status()
        self.headers = {
            "Authorization": f"Bearer {platform.token}",
            "x-api-key": platform.client_id,
            "x-gw-ims-org-id": organisation,
            "x-sandbox-name": SANDBOX,
        }

    def export(self, segment_id: str, endpoints: set[str]) -> None:
        """Export a segment's profiles and check them against the endpoints that belong in it."""
        checks = self._customer.checks
        dataset = self.create_dataset("Walk")
        job = self.ended(self.start(dataset, segment_id), len(endpoints))
        document(f"GET {JOBS}/{job['id']}", job)
        checks.same("status", job["status"], "SUCCEEDED")
        checks.same("profiles exported", job["metrics"]["totalExportedProfileCounter"], len(endpoints))
        if self._bucket:
            rows = list(self._rows(dataset, job["destination"]["batchId"]))
            checks.same("profiles in the Parquet files", len(rows), len(endpoints))
            document("one row", next(row for row in rows if row.get("personalEmail")))

    def create_dataset(self, name: str) -> str:
        """Create a dataset, and return its id."""
        made = self.call("POST", "/data/foundation/catalog/dataSets", {"name": name}).json()
        return str(made[0]).rpartition("/")[2]

    def start(self, dataset: str, segment_id: str) -> int:
        """Start a profile export of a segment, evaluated first; return the job's number."""
        request = {
            "fields": "identityMap,personalEmail.address,segmentMembership",
            "filter": {"segments": [{"segmentId": segment_id}]},
            "evaluationInfo": {"segmentation": True},
            "destination": {"datasetId": dataset},
            "schema": {"name": "_xdm.context.profile"},
        }
        return int(self.call("POST", JOBS, request).json()["id"])

    def ended(self, number: int, expected: int) -> dict[str, Any]:
        """Wait for a profile export, and return it."""
        return dict(watch("profiles", expected, lambda: self._progress(number))["job"])

    def call(self, method: str, path: str, body: Any = None) -> requests.Response:
        """Call the dialect with the customer's headers.

        Raises:
            requests.HTTPError: the answer is not a success.
        """
        answer = self.send(method, path, body)
        answer.raise_for_status()
        return answer

    def send(self, method: str, path: str, body: Any = None) -> requests.Response:
        """Call the dialect with the customer's headers, and return whatever it answers."""
        return requests.request(method, self._url + path, json=body, headers=self.headers, timeout=TIMEOUT_S)

    def _progress(self, number: int) -> dict[str, Any]:
        """Return the job in the form that the progress bar reads."""
        job = self.call("GET", f"{JOBS}/{number}").json()
        done = job["metrics"].get("totalExportedProfileCounter", 0)
        return {"JobStatus": _STATUSES.get(job["status"], job["status"]), "TotalProcessed": done, "job": job}

    def _rows(self, dataset: str, batch: str) -> Iterator[dict[str, Any]]:
        folder = f"{self._folder}/{dataset}/{batch}/"
        manifest = json.loads(self._read(f"{folder}_manifest.json"))
        for file in manifest["files"]:
            console.print(f"  {folder}{file['name']}  {file['rows']:,} rows", soft_wrap=True, highlight=False)
            for row in pq.read_table(io.BytesIO(self._read(folder + file["name"]))).to_pylist(
                maps_as_pydicts="strict"
            ):
                yield {name: value for name, value in row.items() if value is not None}

    def _read(self, key: str) -> bytes:
        s3 = self._customer.place.s3()
        return bytes(s3.get_object(Bucket=self._bucket, Key=key)["Body"].read())

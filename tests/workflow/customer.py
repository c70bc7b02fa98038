"""A customer of the service: one app, one folder of its bucket, a stock client."""

import gzip
import json
from dataclasses import dataclass
from typing import Any

import urllib3

from local.stack import LocalStack
from tests.steps import Steps

ENDED = {"COMPLETED", "FAILED", "CANCELLED"}


@dataclass(frozen=True)
class Customer:
    """Puts files, makes jobs and waits for their end, all through the interfaces that customers have."""

    stack: LocalStack
    steps: Steps
    pinpoint: Any
    bucket: str
    role_arn: str
    app_id: str
    folder: str

    def put(self, name: str, content: bytes | str) -> str:
        """Put a file below the customer's folder; returns its S3 URL."""
        body = content.encode() if isinstance(content, str) else content
        self.stack.client("s3").put_object(Bucket=self.bucket, Key=f"{self.folder}/{name}", Body=body)
        return self.url(name)

    def url(self, name: str = "") -> str:
        return f"s3://{self.bucket}/{self.folder}/{name}"

    def dimensional(self, **dimensions: Any) -> str:
        """A new dimensional segment; returns its id."""
        request = {"Name": "dimensional", "Dimensions": dimensions}
        made = self.pinpoint.create_segment(ApplicationId=self.app_id, WriteSegmentRequest=request)
        return str(made["SegmentResponse"]["Id"])

    def create_import(self, url: str, **members: Any) -> dict[str, Any]:
        """A new import job, CSV unless `members` say otherwise."""
        request = {"S3Url": url, "RoleArn": self.role_arn, "Format": "CSV", **members}
        made = self.pinpoint.create_import_job(ApplicationId=self.app_id, ImportJobRequest=request)
        return dict(made["ImportJobResponse"])

    def create_export(self, prefix: str, **members: Any) -> dict[str, Any]:
        request = {"S3UrlPrefix": prefix, "RoleArn": self.role_arn, **members}
        made = self.pinpoint.create_export_job(ApplicationId=self.app_id, ExportJobRequest=request)
        return dict(made["ExportJobResponse"])

    def imported(self, url: str, **members: Any) -> dict[str, Any]:
        """Run an import to its end."""
        return self.ended(self.create_import(url, **members))

    def exported(self, prefix: str, **members: Any) -> dict[str, Any]:
        """Run an export to its end."""
        return self.ended(self.create_export(prefix, **members))

    def job(self, job: dict[str, Any]) -> dict[str, Any]:
        """The job as it is now: the raw answer, for boto3 drops the members that Pinpoint did not have."""
        found = self.get(f"jobs/{job['Type'].lower().replace('_', '-')}/{job['Id']}")
        return dict(found)

    def ended(self, job: dict[str, Any]) -> dict[str, Any]:
        """The job once it has ended."""
        found = self.steps.until(lambda: self.job(job), lambda found: found["JobStatus"] in ENDED)
        return dict(found)

    def endpoints(self) -> dict[str, dict[str, Any]]:
        """All endpoints of the app by id."""
        found, token = [], ""
        while True:
            page = self.get(f"endpoints?page-size=100{token}")
            found += page["Item"]
            if "NextToken" not in page:
                return {endpoint["Id"]: endpoint for endpoint in found}
            token = f"&token={page['NextToken']}"

    def segment(self, segment_id: str, version: int | None = None) -> dict[str, Any]:
        path = f"segments/{segment_id}" + (f"/versions/{version}" if version else "")
        return dict(self.get(path))

    def files(self, prefix: str) -> dict[str, list[str]]:
        """The gzip files below an S3 URL, each with its lines."""
        keys = self.keys(self.bucket, prefix.removeprefix(f"s3://{self.bucket}/"))
        contents = {key: gzip.decompress(self.read(self.bucket, key)) for key in keys}
        return {key: [line.decode() for line in text.splitlines()] for key, text in contents.items()}

    def lines(self, prefix: str) -> list[str]:
        """All lines of the gzip files below an S3 URL, sorted."""
        return sorted(line for lines in self.files(prefix).values() for line in lines)

    def documents(self, prefix: str) -> dict[str, dict[str, Any]]:
        """The endpoints in the gzip files below an S3 URL, by id; each is there once."""
        found = [json.loads(line) for line in self.lines(prefix)]
        assert len({document["Id"] for document in found}) == len(found)
        return {document["Id"]: document for document in found}

    def failure_file(self, job: dict[str, Any]) -> list[dict[str, Any]]:
        """Every bad row of an import job, as the service's bucket keeps it."""
        key = f"jobs/{self.app_id}/{job['Id']}/failures.jsonl"
        content = self.read(self.stack.variables["BUCKET"], key)
        return [json.loads(line) for line in content.splitlines()]

    def keys(self, bucket: str, prefix: str) -> list[str]:
        found = self.stack.client("s3").list_objects_v2(Bucket=bucket, Prefix=prefix)
        return [entry["Key"] for entry in found.get("Contents", [])]

    def read(self, bucket: str, key: str) -> bytes:
        return bytes(self.stack.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read())

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """Make a job with members that Pinpoint did not have, and run it to its end."""
        url = f"{self.stack.api_url}/v1/apps/{self.app_id}/{path}"
        return self.ended(self.send("POST", url, body))

    def send(self, method: str, url: str, body: dict[str, Any]) -> dict[str, Any]:
        """What the service answers to a request that it takes."""
        answer = urllib3.request(method, url, json=body, retries=False)
        assert answer.status in {200, 201, 202}, answer.data
        return dict(json.loads(answer.data))

    def get(self, path: str) -> Any:
        """What the service answers below the app."""
        answer = urllib3.request("GET", f"{self.stack.api_url}/v1/apps/{self.app_id}/{path}", retries=False)
        assert answer.status == 200, answer.data
        return json.loads(answer.data)

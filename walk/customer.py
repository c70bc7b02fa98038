"""A customer of Pinpoint's dialect: imports, segments and exports, each checked against what the files hold."""

import gzip
import json
from typing import Any

from walk.files import BucketFiles, Files, UploadedFiles, downloads, failure_lines
from walk.place import Place
from walk.samples import Sample
from walk.show import Checks, console, document, watch

Job = dict[str, Any]


class Customer:
    """A customer with an app of its own, a stock Pinpoint client, and files."""

    def __init__(self, place: Place, name: str, checks: Checks) -> None:
        """Create the app."""
        self.place, self.checks = place, checks
        self.pinpoint = place.pinpoint()
        made = self.pinpoint.create_app(CreateApplicationRequest={"Name": name})
        self.app = str(made["ApplicationResponse"]["Id"])
        self.files: Files = BucketFiles(place, place.own) if place.own else UploadedFiles(place, self.app)

    def start_import(self, **request: Any) -> str:
        """Create an import job, with the stock client where that can; return its id."""
        if "RoleArn" not in request or "DryRun" in request:
            return self._posted("import", request)
        made = self.pinpoint.create_import_job(ApplicationId=self.app, ImportJobRequest=request)
        return str(made["ImportJobResponse"]["Id"])

    def import_job(self, job_id: str) -> Job:
        """Return an import job as it is now."""
        found = self.pinpoint.get_import_job(ApplicationId=self.app, JobId=job_id)
        return dict(found["ImportJobResponse"])

    def import_sample(self, sample: Sample, **request: Any) -> Job:
        """Hand the sample's files over, import them, check the counts, and return the finished job."""
        where = self.files.put(sample.files)
        for key, content in sample.files.items():
            console.print(f"  {key}  {len(content):,} bytes", highlight=False)
        return self.ended_import(self.start_import(**where, **request), sample)

    def ended_import(self, job_id: str, sample: Sample) -> Job:
        """Wait for an import job, and check its counts and its failure file."""
        job = watch("import", sample.good + sample.bad, lambda: self.import_job(job_id))
        self.checks.same("status", job["JobStatus"], "COMPLETED")
        self.checks.same("rows processed", job["TotalProcessed"], sample.good)
        self.checks.same("rows failed", job["TotalFailures"], sample.bad)
        # A file that is skipped is named in the failure file too, and is no row.
        lines = [json.loads(line) for line in failure_lines(self.place, self.app, job_id)]
        rows = [line for line in lines if line.get("Line")]
        self.checks.same("rows in the failure file", len(rows), sample.bad)
        return job

    def segment(self, segment_id: str, sample: Sample) -> None:
        """Show an imported segment, and check its size and channel counts."""
        found = self.pinpoint.get_segment(ApplicationId=self.app, SegmentId=segment_id)["SegmentResponse"]
        document("GetSegment", found)
        definition = found["ImportDefinition"]
        self.checks.same("segment size", definition["Size"], sample.good)
        self.checks.same("channel counts", definition["ChannelCounts"], dict(sorted(sample.channels.items())))

    def endpoint(self, endpoint_id: str) -> dict[str, Any]:
        """Return an endpoint."""
        found = self.pinpoint.get_endpoint(ApplicationId=self.app, EndpointId=endpoint_id)
        return dict(found["EndpointResponse"])

    def create_segment(self, name: str, **attributes: list[str]) -> str:
        """Create a dimensional segment of endpoints that have one of the values in each attribute."""
        chosen = {
            attribute: {"AttributeType": "INCLUSIVE", "Values": values}
            for attribute, values in attributes.items()
        }
        made = self.pinpoint.create_segment(
            ApplicationId=self.app,
            WriteSegmentRequest={"Name": name, "Dimensions": {"Attributes": chosen}},
        )
        return str(made["SegmentResponse"]["Id"])

    def start_export(self, folder: str, **request: Any) -> str:
        """Create an export job into a folder, with the stock client where that can; return its id."""
        request = {**self.files.exports(folder), **request}
        if "RoleArn" not in request:
            return self._posted("export", request)
        made = self.pinpoint.create_export_job(ApplicationId=self.app, ExportJobRequest=request)
        return str(made["ExportJobResponse"]["Id"])

    def export_job(self, job_id: str) -> Job:
        """Return an export job as it is now."""
        found = self.pinpoint.get_export_job(ApplicationId=self.app, JobId=job_id)
        return dict(found["ExportJobResponse"])

    def export(self, folder: str, expected: int, **request: Any) -> set[str]:
        """Export, check the count, and return the ids of the endpoints in the files."""
        return self.ended_export(self.start_export(folder, **request), expected)

    def ended_export(self, job_id: str, expected: int) -> set[str]:
        """Wait for an export job, check its count, and return the ids of the endpoints in its files."""
        job = watch("export", expected, lambda: self.export_job(job_id))
        self.checks.same("status", job["JobStatus"], "COMPLETED")
        self.checks.same("endpoints written", job["TotalProcessed"], expected)
        ids: list[str] = []
        for name, content in downloads(self.place, self.app, job_id):
            lines = gzip.decompress(content).splitlines()
            console.print(
                f"  {name}  {len(content):,} bytes, {len(lines):,} endpoints", soft_wrap=True, highlight=False
            )
            ids += [json.loads(line)["Id"] for line in lines]
        self.checks.same("endpoints in the files", len(ids), expected)
        return set(ids)

    def remove_app(self) -> None:
        """Delete the app, and see that it is gone."""
        self.pinpoint.delete_app(ApplicationId=self.app)
        gone = self.place.call("GET", f"/v1/apps/{self.app}")
        self.checks.same("GetApp after DeleteApp", gone.status_code, 404)

    def _posted(self, kind: str, request: dict[str, Any]) -> str:
        answer = self.place.call("POST", f"/v1/apps/{self.app}/jobs/{kind}", request)
        answer.raise_for_status()
        return str(answer.json()["Id"])

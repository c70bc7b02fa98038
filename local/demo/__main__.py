"""The demo: two imports, a segment, two exports, each checked against the files it was made from."""

import gzip
import json
import logging
import sys
from typing import Any

import boto3

from local.demo.experience_platform import ExperiencePlatformDemo
from local.demo.samples import Sample, csv_sample, interested_in_music, json_sample
from local.demo.show import Checks, console, document, step, watch
from local.stack import LocalStack

BUCKET = "your-bucket"
ROLE = "arn:aws:iam::123456789012:role/segment-jobs/SegmentJobsAccess"
CSV_ROWS, JSON_ROWS = 4000, 1000
# So that a file of 150 KB is cut, several workers run at once, and there is some progress to be seen.
SMALL_PIECES = {"pieceBytes": "16384"}
QUIET = {"POWERTOOLS_LOG_LEVEL": "CRITICAL", "POWERTOOLS_METRICS_DISABLED": "true"}


class Demo:
    """A customer of the service: a stock Pinpoint client and a bucket of its own."""

    def __init__(self, stack: LocalStack) -> None:
        """Create the clients, an app and a bucket of the customer."""
        self.pinpoint = boto3.client("pinpoint", endpoint_url=stack.api_url)
        self.s3 = boto3.client("s3", endpoint_url=stack.aws_url)
        self.checks = Checks()
        made = self.pinpoint.create_app(CreateApplicationRequest={"Name": "Demo"})
        self.app = made["ApplicationResponse"]["Id"]
        self.s3.create_bucket(Bucket=BUCKET)

    def import_files(self, sample: Sample, **request: Any) -> dict[str, Any]:
        """Put the sample's files on S3, import them, check the counts, and return the finished job."""
        for key, content in sample.files.items():
            self.s3.put_object(Bucket=BUCKET, Key=key, Body=content)
            console.print(f"  s3://{BUCKET}/{key}  {len(content):,} bytes")
        made = self.pinpoint.create_import_job(
            ApplicationId=self.app, ImportJobRequest={"RoleArn": ROLE, **request}
        )
        job = watch("import", sample.good + sample.bad, lambda: self._import_job(made))
        self.checks.same("status", job["JobStatus"], "COMPLETED")
        self.checks.same("rows processed", job["TotalProcessed"], sample.good)
        self.checks.same("rows failed", job["TotalFailures"], sample.bad)
        return job

    def _import_job(self, made: dict[str, Any]) -> dict[str, Any]:
        job = made["ImportJobResponse"]["Id"]
        found = self.pinpoint.get_import_job(ApplicationId=self.app, JobId=job)
        return dict(found["ImportJobResponse"])

    def segment(self, segment_id: str, sample: Sample) -> None:
        """Show an imported segment and check its size and channel counts."""
        found = self.pinpoint.get_segment(ApplicationId=self.app, SegmentId=segment_id)["SegmentResponse"]
        document("GetSegment", found)
        definition = found["ImportDefinition"]
        self.checks.same("segment size", definition["Size"], sample.good)
        self.checks.same("channel counts", definition["ChannelCounts"], dict(sorted(sample.channels.items())))

    def export(self, segment_id: str, expected: int) -> set[str]:
        """Export a segment, download its files, and return the ids of the endpoints in them."""
        made = self.pinpoint.create_export_job(
            ApplicationId=self.app,
            ExportJobRequest={
                "RoleArn": ROLE,
                "S3UrlPrefix": f"s3://{BUCKET}/exports/music",
                "SegmentId": segment_id,
            },
        )["ExportJobResponse"]
        job = watch(
            "export",
            expected,
            lambda: dict(
                self.pinpoint.get_export_job(ApplicationId=self.app, JobId=made["Id"])["ExportJobResponse"]
            ),
        )
        self.checks.same("status", job["JobStatus"], "COMPLETED")
        self.checks.same("endpoints written", job["TotalProcessed"], expected)
        return set(self._downloaded("exports/music/"))

    def _downloaded(self, prefix: str) -> list[str]:
        found = []
        for entry in self.s3.list_objects_v2(Bucket=BUCKET, Prefix=prefix)["Contents"]:
            content = self.s3.get_object(Bucket=BUCKET, Key=entry["Key"])["Body"].read()
            lines = gzip.decompress(content).splitlines()
            console.print(
                f"  s3://{BUCKET}/{entry['Key']}  {entry['Size']:,} bytes, {len(lines):,} endpoints"
            )
            found += [json.loads(line)["Id"] for line in lines]
        return found


def run(stack: LocalStack) -> int:
    """Run the whole demo; return the exit code, 0 only where every count is what the files hold."""
    demo = Demo(stack)
    step("Import CSV: a folder, one file plain and one .gz, some rows bad")
    sample = csv_sample(CSV_ROWS)
    job = demo.import_files(
        sample,
        S3Url=f"s3://{BUCKET}/crm/2026/",
        Format="CSV",
        DefineSegment=True,
        SegmentName="Customers 2026",
    )
    document("GetImportJob", {**job, "Failures": f"{len(job['Failures'])} entries, below"})
    for failure in job["Failures"]:
        console.print(f"  {failure}", highlight=False)
    demo.segment(job["Definition"]["SegmentId"], sample)
    endpoint = demo.pinpoint.get_endpoint(ApplicationId=demo.app, EndpointId="customer-7")
    document("GetEndpoint customer-7", endpoint["EndpointResponse"])
    step("Import JSON: devices of an app")
    demo.import_files(json_sample(10_000, JSON_ROWS), S3Url=f"s3://{BUCKET}/app/", Format="JSON")
    step("Export a dimensional segment: everybody interested in music")
    dimension = {"AttributeType": "INCLUSIVE", "Values": ["music"]}
    segment = demo.pinpoint.create_segment(
        ApplicationId=demo.app,
        WriteSegmentRequest={
            "Name": "Music lovers",
            "Dimensions": {"Attributes": {"Interests": dimension}},
        },
    )["SegmentResponse"]
    expected = set(interested_in_music(CSV_ROWS))
    found = demo.export(segment["Id"], len(expected))
    demo.checks.same("endpoints that belong in it and are missing", len(expected - found), 0)
    demo.checks.same("endpoints that do not belong in it", len(found - expected), 0)
    step("Export the same people as profiles, in the dialect of Adobe Experience Platform")
    ExperiencePlatformDemo(stack, demo.app, demo.checks).export(segment["Id"], expected)
    console.rule()
    return 1 if demo.checks.wrong else 0


def main() -> int:
    """Start the stack, walk through the demo, stop the stack."""
    logging.disable(logging.WARNING)
    step("Start the local stack: the synthesised template, the handlers, the state machines")
    with LocalStack(context=SMALL_PIECES, overrides=QUIET) as stack:
        console.print(f"  API {stack.api_url}   AWS {stack.aws_url}   issuer {stack.issuer_url}")
        code = run(stack)
    console.print(
        "[green]Every count is what the files hold.[/]" if code == 0 else "[red]Some counts are wrong.[/]"
    )
    return code


if __name__ == "__main__":
    sys.exit(main())

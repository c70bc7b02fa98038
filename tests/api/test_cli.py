"""The AWS command line client, with nothing but an endpoint URL."""

import json
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.fixture
def aws(stack):
    """Runs `aws pinpoint …`; gives the answer, or where it fails what it wrote to stderr."""

    def run(operation, **arguments):
        command = [Path(sys.executable).with_name("aws"), "pinpoint", operation]
        for name, value in arguments.items():
            text = value if isinstance(value, str) else json.dumps(value)
            command += [f"--{name.replace('_', '-')}", text]
        done = subprocess.run(
            [*command, "--endpoint-url", stack.api_url], capture_output=True, text=True, check=False
        )
        return json.loads(done.stdout) if done.returncode == 0 else done.stderr

    return run


def test_an_app_is_made_a_file_imported_and_its_segment_read(aws, ended, stack, customer_bucket, role_arn):
    made = aws("create-app", create_application_request={"Name": "cli"})["ApplicationResponse"]
    key = f"{made['Id']}/people.csv"
    content = b"Id,Address,ChannelType\n1,a@example.org,EMAIL\n2,+491,SMS\n3,x,PIGEON\n"
    stack.client("s3").put_object(Bucket=customer_bucket, Key=key, Body=content)
    request = (
        f"S3Url=s3://{customer_bucket}/{key},RoleArn={role_arn},Format=CSV,"
        "DefineSegment=true,RegisterEndpoints=true,SegmentName=People"
    )
    job = aws("create-import-job", application_id=made["Id"], import_job_request=request)["ImportJobResponse"]
    ended(job)
    found = aws("get-import-job", application_id=made["Id"], job_id=job["Id"])["ImportJobResponse"]
    assert (found["JobStatus"], found["TotalProcessed"], found["TotalFailures"]) == ("COMPLETED", 2, 1)
    assert "line 4: ChannelType: 'PIGEON'" in found["Failures"][0]
    segment_id = job["Definition"]["SegmentId"]
    segment = aws("get-segment", application_id=made["Id"], segment_id=segment_id)["SegmentResponse"]
    assert (segment["Name"], segment["Version"]) == ("People", 1)
    assert segment["ImportDefinition"]["ChannelCounts"] == {"EMAIL": 1, "SMS": 1}


def test_a_refusal_is_shown_with_its_name_and_message(aws, app_id):
    request = {"S3Url": "s3://bucket/key", "RoleArn": "arn:aws:iam::123456789012:role/x", "Format": "XML"}
    told = aws("create-import-job", application_id=app_id, import_job_request=request)
    assert "(BadRequestException) when calling the CreateImportJob operation" in told
    assert "Format: 'XML' is not one of CSV, JSON" in told

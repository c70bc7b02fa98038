"""Stock clients that have loaded clients/models: waiters, paginators and this service's own operations."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import boto3
import botocore.session
import pytest
import urllib3
from botocore.exceptions import WaiterError

from clients.__main__ import ROOT

CSV = b"Id,Address,ChannelType\n1,a@example.org,EMAIL\n2,x,PIGEON\n"


@pytest.fixture
def client(stack, monkeypatch):
    monkeypatch.setenv("AWS_DATA_PATH", str(ROOT))
    session = boto3.Session(botocore_session=botocore.session.Session())
    return session.client("pinpoint", endpoint_url=stack.api_url)


@pytest.fixture
def aws(stack):
    def run(*arguments):
        command = [Path(sys.executable).with_name("aws"), "pinpoint", *arguments]
        return subprocess.run(
            [*command, "--endpoint-url", stack.api_url],
            env={**os.environ, "AWS_DATA_PATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=False,
        )

    return run


@pytest.fixture
def job(client, app_id):
    """An import job of an uploaded file, of which one row is bad."""
    place = client.create_upload(ApplicationId=app_id, UploadRequest={"FileName": "people.csv"})
    assert urllib3.request("PUT", place["Url"], body=CSV).status == 200
    answer = client.create_import_job(
        ApplicationId=app_id,
        ImportJobRequest={"S3Url": place["S3Url"], "Format": "CSV"},  # a file that was uploaded needs no role
        IdempotencyKey=f"once-{app_id}",
    )
    return {"ApplicationId": app_id, "JobId": answer["ImportJobResponse"]["Id"]}


def test_boto3_waits_for_a_job_and_reads_its_failures(client, job):
    client.get_waiter("import_job_completed").wait(**job, WaiterConfig={"Delay": 1})
    found = client.get_import_job(**job)["ImportJobResponse"]
    assert (found["TotalProcessed"], found["TotalFailures"]) == (1, 1)
    failures = urllib3.request("GET", client.get_import_job_failures(**job)["Url"])
    assert json.loads(failures.data.splitlines()[0])["Line"] == 3


def test_boto3_pages_through_what_it_lists(client, job):
    pages = client.get_paginator("get_import_jobs").paginate(
        ApplicationId=job["ApplicationId"], PaginationConfig={"PageSize": 1}
    )
    assert [found["Id"] for found in pages.search("ImportJobsResponse.Item[]")] == [job["JobId"]]


def test_a_cancelled_job_ends_a_wait_with_an_error_and_is_retried(client, job):
    client.get_waiter("import_job_completed").wait(**job, WaiterConfig={"Delay": 1})
    with pytest.raises(client.exceptions.ConflictException, match="COMPLETED"):
        client.cancel_import_job(**job)
    with pytest.raises(client.exceptions.ConflictException, match="COMPLETED"):
        client.retry_import_job(**job)
    with pytest.raises(WaiterError, match="NotFoundException"):
        client.get_waiter("import_job_completed").wait(**{**job, "JobId": "0" * 32})


def test_the_command_line_waits_and_reads_failures(aws, job):
    named = ("--application-id", job["ApplicationId"], "--job-id", job["JobId"])
    waited = aws("wait", "import-job-completed", *named)
    assert waited.returncode == 0, waited.stderr
    answer = json.loads(aws("get-import-job-failures", *named, "--format", "csv").stdout)
    assert urllib3.request("GET", answer["Url"]).data.startswith(
        b"\xef\xbb\xbfId,Address,ChannelType,Object,Line,Reasons"
    )


def test_the_service_hands_out_the_files_and_the_command_line_client_waits_with_them(stack, job, tmp_path):
    document = (Path(__file__).parents[2] / "docs" / "clients.md").read_text()
    (fetch,) = (
        code for code in re.findall(r"```sh\n(.+?)```", document, re.DOTALL) if "clients.zip ~" in code
    )
    laptop = {
        "HOME": str(tmp_path),
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "URL": stack.api_url,
        **dict.fromkeys(("AWS_REGION", "AWS_DEFAULT_REGION"), "us-east-1"),
        **dict.fromkeys(("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"), "any"),
    }
    ids = f"--application-id {job['ApplicationId']} --job-id {job['JobId']}"
    wait = f'aws pinpoint wait import-job-completed {ids} --endpoint-url "$URL"'
    script = f"set -e\n{fetch}\n{wait}"
    done = subprocess.run(
        ["bash", "-c", script], cwd=tmp_path, env=laptop, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr

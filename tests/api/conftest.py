"""HTTP without a client library, for what no client library sends."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import boto3
import pytest
import urllib3

from audience.identifiers import new_id, now_iso
from audience.jobs.concurrency import ConcurrencyLimit
from audience.jobs.model import Job, JobKey, Kind
from audience.jobs.status import Status
from audience.jobs.store import JobStore
from local.stack import LocalStack
from tests.steps import Steps


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Any
    body: bytes

    @property
    def error(self) -> str:
        """The error's name in the header, and the message in the body, as one line."""
        return f"{self.headers['x-amzn-ErrorType']} {self.json['Message']}"

    @property
    def json(self) -> Any:
        return json.loads(self.body)


Http = Callable[..., Answer]
CSV = b"Id,Address,ChannelType\n1,a@example.org,EMAIL\n"


@pytest.fixture
def put(stack: LocalStack, customer_bucket: str, app_id: str) -> Callable[..., str]:
    """Puts a file into the customer's bucket, below a folder of this test; returns its S3 URL."""

    def put(name: str, content: bytes = CSV) -> str:
        key = f"{app_id}/{name}"
        stack.client("s3").put_object(Bucket=customer_bucket, Key=key, Body=content)
        return f"s3://{customer_bucket}/{key}"

    return put


@pytest.fixture
def control(stack: LocalStack) -> Any:
    """The control table, as the functions see it."""
    return boto3.resource("dynamodb").Table(stack.variables["CONTROL_TABLE"])


@pytest.fixture
def jobs(control: Any) -> JobStore:
    """The job records, as the functions see them."""
    return JobStore(control)


@pytest.fixture
def recorded(control: Any, jobs: JobStore, app_id: str) -> Iterator[Callable[..., JobKey]]:
    """Records a job that went through these statuses, and that has no execution; it is gone after the test."""
    made = []

    def recorded(kind: Kind, *statuses: Status, **members: Any) -> JobKey:
        key = JobKey(app_id, kind, new_id())
        jobs.create(Job(key, now_iso(), {}, **members))
        assert all(jobs.advance(key, status) for status in statuses)
        made.append(key)
        return key

    yield recorded
    for key in made:
        control.delete_item(Key=key.item_key)
        jobs.active.forget(key)
        ConcurrencyLimit(control, 0).release(key.job_id)


@pytest.fixture
def ended(http: Http, steps: Steps) -> Callable[..., Any]:
    """Waits until a job is COMPLETED; returns it with the members that Pinpoint did not have."""

    def wait(job: dict[str, Any]) -> Any:
        path = f"/v1/apps/{job['ApplicationId']}/jobs/{job['Type'].lower()}/{job['Id']}"
        return steps.until(lambda: http("GET", path).json, lambda found: found["JobStatus"] == "COMPLETED")

    return wait


@pytest.fixture(scope="session")
def http(stack: LocalStack) -> Http:
    """Sends a request: method, path and query, the body as an object or as bytes, headers."""
    pool = urllib3.PoolManager()

    def send(method: str, target: str, body: Any = None, headers: dict[str, str] | None = None) -> Answer:
        content = json.dumps(body).encode() if body is not None and not isinstance(body, bytes) else body
        url = stack.api_url + target
        response = pool.request(method, url, body=content, headers=headers, retries=False)
        return Answer(response.status, response.headers, response.data)

    return send

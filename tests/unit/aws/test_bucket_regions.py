"""A customer's bucket is spoken to in its own Region, whoever asks and whatever S3 answers."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from botocore.exceptions import ClientError

from api.presigned import url_of_another
from audience.aws import bucket_regions
from audience.aws.bucket_regions import Credentials, s3_of

KEYS: Credentials = {
    "aws_access_key_id": "key",
    "aws_secret_access_key": "secret",
    "aws_session_token": "token",
}
REDIRECT = (
    b"<Error><Code>PermanentRedirect</Code><Message>use the endpoint</Message>"
    b"<Endpoint>bucket.s3.eu-central-1.amazonaws.com</Endpoint><Bucket>bucket</Bucket></Error>"
)


Once = Config(retries={"total_max_attempts": 1})


class Answers:
    """S3's answers to one request after the other, without a network; keeps what was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.answers: list[tuple[int, str | None, bytes]] = []

    def send(self, request: Any, **_: Any) -> AWSResponse:
        self.asked.append(f"{request.method} {request.url}")
        status, region, body = self.answers.pop(0)
        headers = {"x-amz-bucket-region": region} if region else {}
        raw = type("Raw", (), {"stream": lambda *_, **__: iter([body])})()
        return AWSResponse(request.url, status, headers, raw)


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[Answers]:
    answers, make = Answers(), boto3.client
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-west-2")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.setattr(bucket_regions, "_regions", {})

    def client(service: str, **options: Any) -> Any:
        made = make(service, **options)
        made.meta.events.register("before-send.s3", answers.send)
        return made

    monkeypatch.setattr(bucket_regions.boto3, "client", client)
    yield answers
    assert answers.answers == []


@pytest.mark.parametrize("status", [200, 403])
def test_a_bucket_of_the_functions_region_needs_no_other_client(s3: Answers, status: int) -> None:
    s3.answers = [(status, "us-west-2", b"")]
    assert s3_of("bucket", KEYS).meta.region_name == "us-west-2"


def test_a_permanent_redirect_leads_to_the_bucket_s_region(s3: Answers) -> None:
    s3.answers = [(301, "eu-central-1", b""), (403, "eu-central-1", b"")]
    found = s3_of("bucket", KEYS)
    assert found.meta.region_name == "eu-central-1"
    s3.answers = [(200, None, b"a")]
    found.get_object(Bucket="bucket", Key="a.csv")
    assert s3.asked == [
        "HEAD https://bucket.s3.us-west-2.amazonaws.com/",
        "HEAD https://bucket.s3.eu-central-1.amazonaws.com/",
        "GET https://bucket.s3.eu-central-1.amazonaws.com/a.csv",
    ]


def test_the_region_is_asked_for_once(s3: Answers) -> None:
    s3.answers = [(403, "eu-central-1", b"")]
    regions = [s3_of("bucket", KEYS).meta.region_name for _ in range(3)]
    assert regions == ["eu-central-1"] * 3


def test_a_bucket_that_is_not_there_is_asked_for_in_the_functions_region_each_time(s3: Answers) -> None:
    s3.answers = [(404, None, b""), (403, "eu-west-1", b"")]
    regions = [s3_of("bucket", KEYS).meta.region_name for _ in range(2)]
    assert regions == ["us-west-2", "eu-west-1"]


def test_an_error_of_s3_itself_is_raised_to_be_tried_again(
    s3: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bucket_regions, "PATIENT", bucket_regions.PATIENT.merge(Once))
    s3.answers = [(503, None, b"")]
    with pytest.raises(ClientError, match="503"):
        s3_of("bucket", KEYS)


def test_a_request_that_is_redirected_all_the_same_reaches_the_bucket(s3: Answers) -> None:
    s3.answers = [(404, None, b""), (301, "eu-central-1", REDIRECT), (200, "eu-central-1", b"a")]
    s3_of("bucket", KEYS).get_object(Bucket="bucket", Key="a.csv")
    assert s3.asked[-1] == "GET https://bucket.s3.eu-central-1.amazonaws.com/a.csv"


@pytest.mark.parametrize(
    ("bucket", "host"),
    [
        ("bucket", "https://bucket.s3.eu-central-1.amazonaws.com/out/a.gz?"),
        ("bucket.with.dots", "https://s3.eu-central-1.amazonaws.com/bucket.with.dots/out/a.gz?"),
    ],
)
def test_a_presigned_url_names_the_host_and_the_region_of_the_bucket(
    s3: Answers, bucket: str, host: str
) -> None:
    s3.answers = [(403, "eu-central-1", b"")]
    url = url_of_another(s3_of(bucket, KEYS), bucket, "out/a.gz")
    assert url.startswith(host)
    assert "X-Amz-Algorithm=AWS4-HMAC-SHA256" in url
    assert "%2Feu-central-1%2Fs3%2Faws4_request" in url

"""Whatever is sent: no failure of the service, every answer as the description says, nothing of what was refused."""

import boto3
import jsonschema
import pytest
from boto3.dynamodb.conditions import Key
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from api.openapi.pinpoint import api_description
from http_api.openapi.document import openapi_document
from infra.version import VERSION
from tests.api.requests_of import requests_of

DOCUMENT = openapi_document(api_description(VERSION))


def bounded(examples):
    return settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def known(pinpoint, stack, role_arn, customer_bucket):
    """An app with an endpoint, a segment, and a job of each kind; the values that requests may name them by."""
    app = pinpoint.create_app(CreateApplicationRequest={"Name": "fuzz"})["ApplicationResponse"]["Id"]
    content = b"Id,Address,ChannelType,User.UserId\n1,a@example.org,EMAIL,u\n2,,PIGEON,\n"
    stack.client("s3").put_object(Bucket=customer_bucket, Key="fuzz/in.csv", Body=content)
    url = f"s3://{customer_bucket}/fuzz/in.csv"
    request = {"S3Url": url, "RoleArn": role_arn, "Format": "CSV", "DefineSegment": True}
    made = pinpoint.create_import_job(ApplicationId=app, ImportJobRequest=request)["ImportJobResponse"]
    request = {"S3UrlPrefix": f"s3://{customer_bucket}/fuzz/out", "RoleArn": role_arn}
    export = pinpoint.create_export_job(ApplicationId=app, ExportJobRequest=request)["ExportJobResponse"]
    segment = pinpoint.create_segment(ApplicationId=app, WriteSegmentRequest={"Name": "s", "Dimensions": {}})
    segments = [segment["SegmentResponse"]["Id"], made["Definition"]["SegmentId"]]
    return {
        "application-id": [app],
        "resource-arn": [f"arn:aws:mobiletargeting:us-east-1:123456789012:apps/{app}"],
        "tagKeys": ["team", "none"],
        "job-id": [made["Id"], export["Id"]],
        "segment-id": segments,
        "endpoint-id": ["1", "2", "a/b", "new"],
        "user-id": ["u", "v"],
        "version": ["1", "2", "0"],
        "page-size": ["1", "100", "0", "x"],
        "Idempotency-Key": ["k", "l", "m n"],
        "S3Url": [url, f"s3://{customer_bucket}/fuzz/"],
        "S3UrlPrefix": [f"s3://{customer_bucket}/fuzz/out", "s3://no-such-bucket"],
        "RoleArn": [role_arn],
        "SegmentId": segments,
        "Id": segments,
    }


def check(sent, answer):
    """The answer is one of those that the description has for the operation."""
    note(f"{sent.method} {sent.target} {sent.body!r} {sent.headers}: {answer.status} {answer.body!r}")
    assert answer.status < 500
    described = sent.operation["responses"][str(answer.status)]
    if answer.status == 204:
        assert (answer.body, "content" in described) == (b"", False)
        return
    if answer.status < 400:
        schema = described["content"]["application/json"]["schema"]
        jsonschema.validate(answer.json, {**schema, "components": DOCUMENT["components"]})
        return
    assert described["$ref"] == f"#/components/responses/{answer.headers['x-amzn-ErrorType']}"
    assert answer.json.keys() == {"Message", "RequestID"}
    assert answer.json["RequestID"] == answer.headers["x-amzn-RequestId"]
    assert answer.json["Message"]


@bounded(300)
@given(data=st.data())
def test_every_answer_is_as_the_description_says(http, known, data):
    sent = data.draw(requests_of(DOCUMENT, known, {"GET", "PUT", "POST"}))
    check(sent, http(sent.method, sent.target, sent.body, sent.headers))


@pytest.fixture
def kept(stack, known):
    """The keys of what is kept of the app, of all apps, and of the jobs that somebody looks after."""
    table = boto3.resource("dynamodb").Table(stack.variables["CONTROL_TABLE"])
    partitions = [f"APP#{known['application-id'][0]}", "ACTIVE", "APPS"]

    def found():
        items = [table.query(KeyConditionExpression=Key("pk").eq(name))["Items"] for name in partitions]
        return {(item["pk"], item["sk"]) for some in items for item in some}

    return found


@bounded(120)
@given(data=st.data())
def test_a_create_that_is_refused_leaves_nothing_behind(http, known, kept, data):
    sent = data.draw(requests_of(DOCUMENT, {**known, "S3Url": ["s3://no-such-bucket/a"]}, {"POST"}))
    before = kept()
    answer = http(sent.method, sent.target, sent.body, sent.headers)
    check(sent, answer)
    if answer.status >= 400:
        assert kept() <= before  # jobs of requests before this one may end meanwhile

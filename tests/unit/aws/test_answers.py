"""A truncated answer of AWS is an error that quotes nothing of it."""

import traceback

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ClientError

import audience.aws.clients  # noqa: F401 - for what it makes of the session that boto3 uses
from audience.aws.answers import UnreadableAnswerError
from audience.aws.errors import is_transient

SECRET = "wJalrXUtnFEMI"
KEYS = f"<AssumeRoleResponse><AssumeRoleResult><Credentials><SecretAccessKey>{SECRET}</Secre".encode()
ITEM = b'{"Item": {"pk": {"S": "' + SECRET.encode()
ROLE = {"RoleArn": "arn:aws:iam::111122223333:role/r", "RoleSessionName": "session"}
KEY = {"TableName": "table", "Key": {"pk": {"S": "1"}}}


class Raw:
    """A response's raw body."""

    def __init__(self, content):
        self._content = content

    def stream(self, *_, **__):
        yield self._content


@pytest.fixture
def answered():
    """Calls an operation of a client of our session, which is answered with a status and a body."""

    def call(service, operation, request, status, content):
        client = boto3.client(
            service, region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b"
        )
        client.meta.events.register_first(
            "before-send", lambda request, **_: AWSResponse(request.url, status, {}, Raw(content))
        )
        return getattr(client, operation)(**request)

    return call


@pytest.mark.parametrize(
    ("service", "operation", "request_", "status", "content"),
    [
        ("sts", "assume_role", ROLE, 200, KEYS),
        ("sts", "assume_role", ROLE, 403, KEYS),
        ("dynamodb", "get_item", KEY, 200, ITEM),
    ],
)
def test_a_truncated_answer_is_unreadable_and_not_quoted(
    answered, service, operation, request_, status, content
):
    with pytest.raises(UnreadableAnswerError) as raised:
        answered(service, operation, request_, status, content)
    assert is_transient(raised.value)
    assert SECRET not in "".join(traceback.format_exception(raised.value))


def test_a_truncated_error_in_json_is_recognised_by_its_status(answered):
    with pytest.raises(ClientError) as raised:
        answered("dynamodb", "get_item", KEY, 400, ITEM)
    assert raised.value.response["Error"]["Code"] == "400"
    assert SECRET not in str(raised.value)


def test_a_complete_answer_is_parsed_as_botocore_does(answered):
    whole = b'{"Item": {"pk": {"S": "1"}}}'
    assert answered("dynamodb", "get_item", KEY, 200, whole)["Item"] == {"pk": {"S": "1"}}

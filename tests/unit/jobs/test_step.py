"""What a step is given, and what leaves it when it fails: our own words under a name that state machines know."""

import gzip
import io
import json
import traceback
import zlib
from types import SimpleNamespace

import orjson
import pytest
from botocore.exceptions import ClientError, ConnectionClosedError
from botocore.parsers import ResponseParserError

from audience.aws.dynamodb import DynamoDBError
from audience.errors import SourceUnreadableError, TableThrottledError, TransientError, UnexpectedError
from audience.jobs.step import entry_point, logger, step_of

SECRET = "wJalrXUtnFEMI"
EVENT = {"application_id": "a" * 32, "job_id": "b" * 32, "piece": {"index": 7}, "stage": "EXPORT"}
CONTEXT = SimpleNamespace(
    function_name="f",
    memory_limit_in_mb=128,
    invoked_function_arn="arn",
    aws_request_id="id",
    get_remaining_time_in_millis=lambda: 1_500,
)


def refused(code, status=400):
    response = {"Error": {"Code": code, "Message": SECRET}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(response, "AssumeRole")


@pytest.fixture
def left():
    """What comes out of a step that raises an error, as Lambda shows it: the error and its whole traceback."""

    def run(error):
        def work(_event, _context):
            try:
                int(SECRET)
            except ValueError as cause:
                raise error from cause

        with pytest.raises(Exception) as raised:
            entry_point(work)(EVENT, CONTEXT)
        return raised.value

    return run


@pytest.mark.parametrize(
    "error",
    [
        refused("ProvisionedThroughputExceededException"),
        refused("InternalServerError", 500),
        refused("RequestLimitExceeded"),
        refused("429", 429),
        ConnectionClosedError(endpoint_url=SECRET),
        ResponseParserError(SECRET),
        TableThrottledError("UpdateItem was refused 30 times"),
        EOFError(SECRET),
        gzip.BadGzipFile(SECRET),
        zlib.error(SECRET),
        orjson.JSONDecodeError(SECRET, SECRET, 0),
    ],
)
def test_a_passing_trouble_leaves_a_step_as_a_transient_error(left, error):
    assert type(left(error)) is TransientError


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (refused("AccessDenied", 403), "AWS refused AssumeRole: AccessDenied"),
        (KeyError(SECRET), "KeyError"),
        (DynamoDBError("DynamoDB refused Query: X"), "DynamoDB refused Query: X"),
    ],
)
def test_an_unforeseen_exception_leaves_a_step_as_an_unexpected_error(left, error, words):
    told = left(error)
    assert (type(told), str(told)) == (UnexpectedError, words)


def test_a_permanent_error_leaves_a_step_with_its_own_name_and_message(left):
    error = SourceUnreadableError("s3://b/k is not a sound gzip file")
    assert left(error) is error


@pytest.mark.parametrize(
    "error", [refused("X"), refused("SlowDown"), ResponseParserError(SECRET), SourceUnreadableError("ours")]
)
def test_nothing_of_an_exceptions_own_text_is_told_or_logged(left, monkeypatch, error):
    log = io.StringIO()
    monkeypatch.setattr(logger.registered_handler, "stream", log)
    told = left(error)
    assert SECRET not in "".join(traceback.format_exception(told)) + log.getvalue()


def test_a_step_is_given_its_job_its_settings_and_its_end_and_logs_whose_lines_they_are(monkeypatch):
    for name in ("CONTROL_TABLE", "ENDPOINTS_TABLE", "BUCKET"):
        monkeypatch.setenv(name, name.lower())
    log = io.StringIO()
    monkeypatch.setattr(logger.registered_handler, "stream", log)
    monkeypatch.setattr(logger._logger, "level", 20)
    monkeypatch.setattr("audience.jobs.step.time", SimpleNamespace(time=lambda: 1000.0))

    def work(step):
        logger.info("at it")
        return {
            "key": step.key.item_key["sk"],
            "bucket": step.storage.bucket,
            "until": step.deadline(),
            **step.event["piece"],
        }

    assert step_of("IMPORT")(work)(EVENT, CONTEXT) == {
        "key": f"IMPORT#{'b' * 32}",
        "bucket": "bucket",
        "until": 1002,
        "index": 7,
    }
    line = json.loads(log.getvalue())
    assert (line["job_id"], line["piece"], line["stage"]) == ("b" * 32, 7, "EXPORT")

"""What Step Functions hands on becomes one line for a person."""

import json

import pytest

from audience.jobs.finishing import MAX_REASON, reason_of


def of_lambda(message: object, name: str = "SourceUnreadableError") -> dict[str, str]:
    told = {"errorMessage": message, "errorType": name, "stackTrace": ["secret"]}
    return {"Error": name, "Cause": json.dumps(told)}


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (of_lambda("s3://b/k cannot be read"), "s3://b/k cannot be read (SourceUnreadableError)"),
        (of_lambda("two\n lines"), "two lines (SourceUnreadableError)"),
        (of_lambda(None), "SourceUnreadableError"),
        ({"Error": "States.Timeout", "Cause": ""}, "the step ran into its time limit"),
        (
            of_lambda("Task timed out", "Sandbox.Timedout"),
            "the worker ran into its time limit",
        ),
        (
            {"Error": "Lambda.Unknown", "Cause": "Returned payload: {secret}"},
            "the worker was stopped from outside, or ran out of memory",
        ),
        (
            of_lambda("DynamoDB did not answer", "TransientError"),
            "DynamoDB did not answer (given up after many tries)",
        ),
        ({"Error": "States.Unheard.Of", "Cause": "what AWS says"}, "States.Unheard.Of"),
        ({"Error": "X", "Cause": "plain words"}, "plain words (X)"),
        ({"Error": "X", "Cause": '"a JSON text"'}, '"a JSON text" (X)'),
        ({"Error": "X", "Cause": '{"other": 1}'}, "X"),
        ({"Error": "X"}, "X"),
        ({}, "no reason was given"),
    ],
)
def test_the_reason_is_the_message_and_the_name(error: dict[str, str], reason: str) -> None:
    assert reason_of(error) == reason


def test_a_long_reason_is_cut_short() -> None:
    assert len(reason_of(of_lambda("x" * 10_000))) == MAX_REASON

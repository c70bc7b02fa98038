"""Our signature is botocore's own, for the same request at the same time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from unittest.mock import patch

import botocore.auth
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import given
from hypothesis import strategies as st

from audience.aws.signature import Signer

HOST = "dynamodb.eu-north-1.amazonaws.com"


def botocores(credentials: Credentials, operation: str, body: bytes, now: datetime) -> str:
    """The authorization header that botocore gives the request."""
    headers = {
        "content-type": "application/x-amz-json-1.0",
        "x-amz-target": f"DynamoDB_20120810.{operation}",
    }
    request = AWSRequest("POST", f"https://{HOST}/", headers=headers, data=body)
    with patch.object(botocore.auth, "get_current_datetime", lambda: now.replace(tzinfo=None)):
        SigV4Auth(credentials, "dynamodb", "eu-north-1").add_auth(request)
    return str(request.headers["Authorization"])


def sent(signer: Signer, operation: str, body: bytes, now: datetime) -> dict[str, str]:
    """The headers that a request is sent with."""
    first, *lines = signer.head(operation, body, now.timestamp()).decode().split("\r\n")
    assert first == "POST / HTTP/1.1"
    assert lines[-2:] == ["", ""]
    return dict(line.split(": ", 1) for line in lines[:-2])


@given(
    body=st.binary(max_size=50),
    operation=st.sampled_from(["UpdateItem", "Query"]),
    now=st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1)),  # noqa: DTZ001
    token=st.sampled_from([None, "a/session+token=="]),
)
def test_the_signature_is_the_one_botocore_makes(
    body: bytes, operation: str, now: datetime, token: str | None
) -> None:
    credentials = Credentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", token)
    moment = now.replace(tzinfo=UTC)
    signer = Signer(credentials, "eu-north-1", HOST)
    for each in (body, b"another in the same second"):
        found = sent(signer, operation, each, moment)
        assert found["authorization"] == botocores(credentials, operation, each, moment)
        assert found["content-length"] == str(len(each))
        assert found.get("x-amz-security-token") == token


def test_new_credentials_and_a_new_day_have_a_new_key() -> None:
    class Refreshed:
        secret = "one"

        def get_frozen_credentials(self) -> Credentials:
            return Credentials("AKID", self.secret, "token")

    credentials = Refreshed()
    signer = Signer(credentials, "eu-north-1", HOST)
    moment = datetime(2026, 1, 2, 3, tzinfo=UTC)
    for step in (timedelta(days=1), timedelta(seconds=1), timedelta(seconds=-1)):
        for secret in ("one", "two", "one"):
            credentials.secret = secret
            moment += step
            expected = botocores(Credentials("AKID", secret, "token"), "Query", b"{}", moment)
            assert sent(signer, "Query", b"{}", moment)["authorization"] == expected


def test_operations_of_the_same_second_are_signed_each_for_itself() -> None:
    credentials = Credentials("AKID", "secret", "token")
    signer = Signer(credentials, "eu-north-1", HOST)
    now = datetime(2026, 1, 2, tzinfo=UTC)
    for operation in ("Query", "UpdateItem", "Query"):
        found = sent(signer, operation, b"{}", now)
        assert found["x-amz-target"] == f"DynamoDB_20120810.{operation}"
        assert found["authorization"] == botocores(credentials, operation, b"{}", now)


def test_threads_on_both_sides_of_midnight_each_sign_with_their_day() -> None:
    credentials = Credentials("AKID", "secret")
    signer = Signer(credentials, "eu-north-1", HOST)
    moments = [datetime(2026, 1, day, tzinfo=UTC) for day in (1, 2)] * 300
    expected = {moment: botocores(credentials, "Query", b"{}", moment) for moment in moments[:2]}

    def is_right(moment: datetime) -> bool:
        return sent(signer, "Query", b"{}", moment)["authorization"] == expected[moment]

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(is_right, moments))


@pytest.mark.parametrize("token", ["", None])
def test_credentials_without_a_token_send_none(token: str | None) -> None:
    signer = Signer(Credentials("AKID", "secret", token), "r", "h")
    headers = sent(signer, "Query", b"", datetime.now(UTC))
    assert "x-amz-security-token" not in headers

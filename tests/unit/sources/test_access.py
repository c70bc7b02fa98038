"""The customer's role is assumed through the worker role, narrowed to the job's own prefix, or not at all."""

import json
from typing import Any

import pytest
from botocore.exceptions import ConnectionClosedError

from audience.errors import RoleNotAssumableError
from audience.settings import AccessSettings
from audience.sources import access as module
from audience.sources.access import CustomerAccess, session_policy
from audience.sources.location import S3Location
from tests.unit.sources.fake_s3 import refusal

ROLE = "arn:aws:iam::111122223333:role/import"
WORKER = "arn:aws:iam::999999999999:role/worker"


class FakeSts:
    """Hands out keys named after the caller's, and keeps what it was asked."""

    def __init__(self, name: str, asked: list[dict[str, Any]]) -> None:
        self._name = name
        self._asked = asked

    def assume_role(self, **request: Any) -> dict[str, Any]:
        if request["RoleArn"].endswith("/closed"):
            raise refusal("AccessDenied", 403)
        if request["RoleArn"].endswith("/ClientError"):
            raise refusal("unavailable", 503)
        if request["RoleArn"].endswith("/ConnectionClosedError"):
            raise ConnectionClosedError(endpoint_url="https://sts")
        self._asked.append({"by": self._name, **request})
        keys = dict.fromkeys(("SecretAccessKey", "SessionToken"), "secret")
        return {"Credentials": {"AccessKeyId": request["RoleArn"], **keys}}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    requests: list[dict[str, Any]] = []

    def made(service: str, **keys: Any) -> Any:
        caller = keys.get("aws_access_key_id", "the function")
        return FakeSts(caller, requests) if service == "sts" else (service, caller)

    monkeypatch.setattr(module, "client", made)
    monkeypatch.setattr(module.boto3, "client", made)
    return requests


def access(allowed: str = "arn:aws:iam::*:role/*") -> CustomerAccess:
    return CustomerAccess(AccessSettings(WORKER, allowed, "999999999999"), "own-bucket")


def test_the_worker_role_assumes_the_customers_with_the_external_id(asked: list[dict[str, Any]]) -> None:
    found = access().reader(ROLE, "the-account", S3Location("bucket", "in/"))
    assert found == ("s3", ROLE)
    first, second = asked
    assert (first["by"], first["RoleArn"]) == ("the function", WORKER)
    assert (second["by"], second["RoleArn"], second["ExternalId"]) == (WORKER, ROLE, "the-account")


def test_a_reader_reads_below_its_prefix_and_nothing_else(asked: list[dict[str, Any]]) -> None:
    access().reader(ROLE, "x", S3Location("bucket", "in/"))
    objects, listing, _keys = json.loads(asked[1]["Policy"])["Statement"]
    assert (objects["Action"], objects["Resource"]) == (["s3:GetObject"], "arn:aws:s3:::bucket/in/*")
    assert listing["Resource"] == "arn:aws:s3:::bucket"
    assert listing["Condition"] == {"StringLike": {"s3:prefix": "in/*"}}


def test_a_writer_writes_and_does_not_read(asked: list[dict[str, Any]]) -> None:
    access().writer(ROLE, "x", S3Location("bucket", "out/"))
    actions = json.loads(asked[1]["Policy"])["Statement"][0]["Action"]
    assert actions == ["s3:PutObject", "s3:AbortMultipartUpload"]


def test_a_key_with_wildcards_in_it_stands_for_itself() -> None:
    policy = session_policy(S3Location("bucket", "a*b?c$d/"), ["s3:GetObject"], "aws")
    assert policy["Statement"][0]["Resource"] == "arn:aws:s3:::bucket/a${*}b${?}c${$}d/*"


def test_the_services_own_bucket_needs_no_role(asked: list[dict[str, Any]]) -> None:
    assert access().reader("", "x", S3Location("own-bucket", "uploads/a/")) == ("s3", "the function")
    assert asked == []


@pytest.mark.parametrize("role", [ROLE, "arn:aws:iam::111122223333:role/path/import"])
def test_a_role_that_no_pattern_matches_is_not_even_tried(role: str, asked: list[dict[str, Any]]) -> None:
    allowed = "arn:aws:iam::444455556666:role/*, arn:aws:iam::111122223333:role/export"
    assert not access(allowed).allows(role)
    with pytest.raises(RoleNotAssumableError, match="is not a role this service may use"):
        access(allowed).reader(role, "x", S3Location("bucket", ""))
    assert asked == []


def test_the_allow_list_takes_several_patterns() -> None:
    allowed = "arn:aws:iam::444455556666:role/*, arn:aws:iam::111122223333:role/imp*"
    assert access(allowed).allows(ROLE)


def test_a_role_that_refuses_is_named_with_the_reason(asked: list[dict[str, Any]]) -> None:
    closed = "arn:aws:iam::111122223333:role/closed"
    with pytest.raises(RoleNotAssumableError, match=f"'{closed}' cannot be assumed: .*AccessDenied"):
        access().reader(closed, "x", S3Location("bucket", ""))
    assert len(asked) == 1


@pytest.mark.parametrize("trouble", ["ClientError", "ConnectionClosedError"])
def test_a_role_that_nobody_can_be_asked_about_is_not_called_closed(
    asked: list[dict[str, Any]], trouble: str
) -> None:
    with pytest.raises(Exception, match=r"unavailable|closed before") as raised:
        access().reader(f"arn:aws:iam::111122223333:role/{trouble}", "x", S3Location("bucket", ""))
    assert (raised.type.__name__, len(asked)) == (trouble, 1)

"""The customer's role is assumed through the worker role, narrowed to the job's own prefix, or not at all."""

import json
from typing import Any

import pytest
from botocore.exceptions import ConnectionClosedError

from audience.errors import RoleNotAssumableError, RoleOpenError
from audience.settings import AccessSettings
from audience.sources import access as module
from audience.sources.access import CustomerAccess
from audience.sources.location import S3Location
from audience.sources.session_policy import PolicyTooLargeError
from tests.unit.sources.fake_s3 import refusal

ROLE = "arn:aws:iam::111122223333:role/import"
WORKER = "arn:aws:iam::999999999999:role/worker"


class FakeSts:
    """Hands out keys named after the caller's, and keeps what it was asked."""

    def __init__(self, name: str, asked: list[dict[str, Any]]) -> None:
        self._name = name
        self._asked = asked

    def assume_role(self, **request: Any) -> dict[str, Any]:
        if request["RoleArn"].endswith("/careful") and request["ExternalId"] != "right":
            raise refusal("AccessDenied", 403)
        if request["RoleArn"].endswith("/packed"):
            raise refusal("PackedPolicyTooLarge", 400)
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
    monkeypatch.setattr(module, "s3_of", lambda _, keys: ("s3", keys["aws_access_key_id"]))
    return requests


def access(allowed: str = "arn:aws:iam::*:role/*") -> CustomerAccess:
    return CustomerAccess(AccessSettings(WORKER, allowed, "999999999999"), "own-bucket")


def test_the_worker_role_assumes_the_customers_with_the_external_id(asked: list[dict[str, Any]]) -> None:
    found = access().reader(ROLE, "the-account", S3Location("bucket", "in/"))
    assert found == ("s3", ROLE)
    first, second = asked
    assert (first["by"], first["RoleArn"]) == ("the function", WORKER)
    assert (second["by"], second["RoleArn"], second["ExternalId"]) == (WORKER, ROLE, "the-account")


def statements(request: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(request["Policy"])["Statement"]
    return found


def test_a_reader_reads_below_its_prefix_and_nothing_else(asked: list[dict[str, Any]]) -> None:
    access().reader(ROLE, "x", S3Location("bucket", "in/"))
    objects, listing = statements(asked[1])
    assert objects["Action"] == ["s3:GetObject", "kms:Decrypt", "kms:GenerateDataKey"]
    assert objects["Resource"] == ["arn:aws:s3:::bucket/in/*", "arn:aws:kms:*:*:key/*"]
    assert (listing["Action"], listing["Resource"]) == ("s3:ListBucket", "arn:aws:s3:::bucket")
    assert listing["Condition"] == {"StringLike": {"s3:prefix": "in/*"}}


def test_a_writer_writes_and_does_not_read(asked: list[dict[str, Any]]) -> None:
    access().writer(ROLE, "x", S3Location("bucket", "out/"))
    assert statements(asked[1])[0]["Action"][:2] == ["s3:PutObject", "s3:AbortMultipartUpload"]


def test_an_aborter_neither_reads_nor_writes(asked: list[dict[str, Any]]) -> None:
    access().aborter(ROLE, "x", S3Location("bucket", "out/job"))
    objects, listing = statements(asked[1])
    assert (objects["Action"][0], objects["Resource"][0]) == (
        "s3:AbortMultipartUpload",
        "arn:aws:s3:::bucket/out/job*",
    )
    assert (listing["Action"], listing["Resource"]) == (
        "s3:ListBucketMultipartUploads",
        "arn:aws:s3:::bucket",
    )


def test_the_services_own_bucket_needs_no_role(asked: list[dict[str, Any]]) -> None:
    assert access().reader("", "x", S3Location("own-bucket", "uploads/a/")) == ("s3", "the function")
    assert asked == []


@pytest.mark.parametrize("role", [ROLE, "arn:aws:iam::111122223333:role/path/import"])
def test_a_role_that_matches_no_pattern_is_not_assumed(role: str, asked: list[dict[str, Any]]) -> None:
    allowed = "arn:aws:iam::444455556666:role/*, arn:aws:iam::111122223333:role/export"
    assert not access(allowed).allows(role)
    with pytest.raises(RoleNotAssumableError, match="is not a role this service may use"):
        access(allowed).reader(role, "x", S3Location("bucket", ""))
    assert asked == []


def test_the_allow_list_can_have_several_patterns() -> None:
    allowed = "arn:aws:iam::444455556666:role/*, arn:aws:iam::111122223333:role/imp*"
    assert access(allowed).allows(ROLE)


def test_a_role_that_refuses_is_named_with_the_reason(asked: list[dict[str, Any]]) -> None:
    closed = "arn:aws:iam::111122223333:role/closed"
    with pytest.raises(RoleNotAssumableError, match=f"'{closed}' cannot be assumed: .*AccessDenied"):
        access().reader(closed, "x", S3Location("bucket", ""))
    assert len(asked) == 1


@pytest.mark.parametrize("trouble", ["ClientError", "ConnectionClosedError"])
def test_an_error_of_sts_is_not_reported_as_a_role_that_cannot_be_assumed(
    asked: list[dict[str, Any]], trouble: str
) -> None:
    with pytest.raises(Exception, match=r"unavailable|closed before") as raised:
        access().reader(f"arn:aws:iam::111122223333:role/{trouble}", "x", S3Location("bucket", ""))
    assert (raised.type.__name__, len(asked)) == (trouble, 1)


def test_a_policy_that_sts_cannot_pack_is_reported_as_a_key_that_is_too_long(
    asked: list[dict[str, Any]],
) -> None:
    with pytest.raises(PolicyTooLargeError, match="the key is too long"):
        access().reader("arn:aws:iam::111122223333:role/packed", "x", S3Location("bucket", "in/"))
    assert len(asked) == 1


def test_a_role_that_accepts_a_wrong_external_id_is_refused_with_the_missing_condition(
    asked: list[dict[str, Any]],
) -> None:
    with pytest.raises(RoleOpenError) as raised:
        access().check_trust(ROLE, "right", "wrong")
    assert f"{ROLE!r} can be assumed with any ExternalId" in str(raised.value)
    assert WORKER in str(raised.value)
    assert '"Condition": {"StringEquals": {"sts:ExternalId": "right"}}' in str(raised.value)
    assert (asked[1]["by"], asked[1]["ExternalId"]) == (WORKER, "wrong")
    assert statements(asked[1])[0]["Effect"] == "Deny"


def test_a_role_that_refuses_a_wrong_external_id_passes(asked: list[dict[str, Any]]) -> None:
    careful = "arn:aws:iam::111122223333:role/careful"
    access().check_trust(careful, "right", "wrong")
    assert len(asked) == 1


@pytest.mark.parametrize("trouble", ["ClientError", "ConnectionClosedError"])
def test_an_error_of_sts_in_the_trust_check_is_not_reported_as_an_open_role(
    asked: list[dict[str, Any]], trouble: str
) -> None:
    with pytest.raises(Exception, match=r"unavailable|closed before") as raised:
        access().check_trust(f"arn:aws:iam::111122223333:role/{trouble}", "right", "wrong")
    assert (raised.type.__name__, len(asked)) == (trouble, 1)

"""docs/role.yaml allows what jobs ask for with it, and no more."""

from types import SimpleNamespace
from typing import Any

import pytest

from audience.exports.destination import destination_of
from audience.sources.listing import objects_at
from audience.sources.location import S3Location
from tests.infra.role import Role

KEY = "arn:aws:kms:eu-west-1:999988887777:key/1234"


class Listing:
    """An S3 that lists what the role may list, and refuses the rest."""

    def __init__(self, role: Role, keys: list[str]) -> None:
        self._role, self._keys = role, keys

    def get_paginator(self, _: str) -> Any:
        return SimpleNamespace(paginate=self._paginate)

    def _paginate(self, Bucket: str, Prefix: str) -> Any:  # noqa: N803 - boto3's names
        assert self._role.allows("s3:ListBucket", f"arn:aws:s3:::{Bucket}", s3_prefix=Prefix), Prefix
        found = [key for key in self._keys if key.startswith(Prefix)]
        yield {"Contents": [{"Key": key, "Size": 1, "ETag": "e"} for key in found]}


@pytest.mark.parametrize("prefix", ["imports/", "imports/2026/", ""])
@pytest.mark.parametrize("slash", ["/", ""])
def test_a_job_may_name_the_prefix_with_or_without_its_slash(prefix: str, slash: str) -> None:
    role = Role(ImportPrefix=prefix)
    location = S3Location("in", prefix.removesuffix("/") + slash if prefix else "")
    (found,) = objects_at(Listing(role, [f"{prefix}a.csv"]), location, "CSV")  # type: ignore[arg-type]
    assert role.allows("s3:GetObject", f"arn:aws:s3:::in/{found.key}")


def test_neither_siblings_of_the_prefix_nor_other_buckets_are_read() -> None:
    role = Role()
    for prefix in ("", "import", "imports-of-others", "other/"):
        assert not role.allows("s3:ListBucket", "arn:aws:s3:::in", s3_prefix=prefix)
    for resource in ("in/imports-of-others/a.csv", "other/imports/a.csv"):
        assert not role.allows("s3:GetObject", f"arn:aws:s3:::{resource}")


@pytest.mark.parametrize("url", ["s3://out/exports", "s3://out/exports/", "s3://out/exports/daily"])
def test_an_export_is_written_listed_and_read_below_the_prefix(url: str) -> None:
    role, to = Role(), destination_of(url)
    for action in ("PutObject", "AbortMultipartUpload", "GetObject"):
        assert role.allows(f"s3:{action}", f"arn:aws:s3:::out/{to.key}1.gz")
    assert role.allows("s3:ListBucket", "arn:aws:s3:::out", s3_prefix=to.key)
    assert role.allows("s3:ListBucketMultipartUploads", "arn:aws:s3:::out")


def test_a_multipart_export_to_an_encrypted_bucket_may_decrypt_its_own_parts() -> None:
    role = Role(ExportKeyArn=KEY)
    assert role.allows("kms:GenerateDataKey", KEY)
    assert role.allows("kms:Decrypt", KEY)


def test_an_import_from_an_encrypted_bucket_only_decrypts() -> None:
    role = Role(ImportKeyArn=KEY)
    assert role.allows("kms:Decrypt", KEY)
    assert not role.allows("kms:GenerateDataKey", KEY)


def test_without_keys_nothing_is_allowed_in_kms() -> None:
    assert not any("kms" in str(statement) for statement in Role().statements)

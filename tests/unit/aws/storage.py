"""S3 as moto has it, beside whatever else uses moto in this process: nothing of theirs is reset or removed."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import boto3
from moto import mock_aws

_URL = "https://s3.us-east-1.amazonaws.com"


@dataclass(frozen=True)
class Storage:
    """A client and a bucket of the test's own."""

    s3: Any
    bucket: str

    def put(self, key: str, content: bytes) -> str:
        self.s3.put_object(Bucket=self.bucket, Key=key, Body=content)
        return key

    def get(self, key: str) -> bytes:
        content: bytes = self.s3.get_object(Bucket=self.bucket, Key=key)["Body"].read()
        return content

    def names(self) -> list[str]:
        found = self.s3.list_objects_v2(Bucket=self.bucket).get("Contents", [])
        return [entry["Key"] for entry in found]

    def uploads(self) -> list[str]:
        """The keys of multipart uploads that are neither completed nor aborted."""
        found = self.s3.list_multipart_uploads(Bucket=self.bucket).get("Uploads", [])
        return [entry["Key"] for entry in found]


@contextmanager
def empty_bucket() -> Iterator[Storage]:
    """A new bucket for as long as the block runs."""
    moto = mock_aws()
    moto.start(reset=False)
    try:
        session = boto3.Session("test", "test", region_name="us-east-1")
        storage = Storage(session.client("s3", endpoint_url=_URL), f"bucket-{uuid.uuid4().hex}")
        storage.s3.create_bucket(Bucket=storage.bucket)
        yield storage
    finally:
        moto.stop(remove_data=False)

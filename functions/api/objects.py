"""Objects in the service's own bucket."""

from typing import Any

from botocore.exceptions import ClientError

from audience.aws.clients import client
from http_api import stores


def exists(key: str) -> bool:
    """Whether there is such an object."""
    try:
        client("s3").head_object(Bucket=stores.settings().bucket, Key=key)
    except ClientError as refused:
        if refused.response["Error"]["Code"] not in {"404", "NoSuchKey"}:
            raise
        return False
    return True


def delete_below(prefix: str) -> None:
    """Delete all objects whose keys start with `prefix`."""
    s3: Any = client("s3")
    bucket = stores.settings().bucket
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        keys = [{"Key": entry["Key"]} for entry in page.get("Contents", [])]
        if keys:
            s3.delete_objects(Bucket=bucket, Delete={"Objects": keys, "Quiet": True})

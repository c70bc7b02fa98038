"""Objects below a prefix of the service's bucket: listed and deleted a page (1,000) at a time."""

from collections.abc import Iterator, Sequence

from audience.aws.client_types import S3Client


def keys_below(s3: S3Client, bucket: str, prefix: str) -> Iterator[list[str]]:
    """Yield the keys of all objects below a prefix, page by page."""
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        yield [entry["Key"] for entry in page.get("Contents", [])]


def delete_objects(s3: S3Client, bucket: str, keys: Sequence[str]) -> int:
    """Delete up to 1,000 objects; return how many they are."""
    if keys:
        s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": key} for key in keys], "Quiet": True})
    return len(keys)

"""S3 clients of the Region that a bucket is in: no presigned URL of another one works, and requests are redirected."""

from typing import Any, TypedDict

import boto3
from botocore.exceptions import ClientError

from audience.aws.client_types import S3Client
from audience.aws.clients import PATIENT
from audience.aws.errors import is_transient

_HEADER = "x-amz-bucket-region"
_regions: dict[str, str] = {}  # by bucket; a name that is taken keeps its Region


class Credentials(TypedDict):
    """Credentials of a session, as boto3's clients take them."""

    aws_access_key_id: str
    aws_secret_access_key: str
    aws_session_token: str


def s3_of(bucket: str, credentials: Credentials) -> S3Client:
    """Return an S3 client with these credentials, in the bucket's own Region.

    S3 names the Region with every answer to HeadBucket, a refusal too, so the role needs no permission for it
    (https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html). Where it names none, because there is no such
    bucket, the client is of the function's Region.

    Args:
        bucket: the bucket's name.
        credentials: of the session that will use the bucket.

    Raises:
        ClientError: S3 has an error of its own; a retry may succeed.
        BotoCoreError: S3 cannot be reached; likewise.
    """
    if bucket not in _regions:
        s3: S3Client = boto3.client("s3", config=PATIENT, **credentials)
        region = _asked(s3, bucket)
        if region is None:
            return s3
        _regions[bucket] = region
        if region == s3.meta.region_name:
            return s3
    found: S3Client = boto3.client("s3", config=PATIENT, region_name=_regions[bucket], **credentials)
    return found


def _asked(s3: S3Client, bucket: str) -> str | None:
    try:
        return _named(s3.head_bucket(Bucket=bucket))
    except ClientError as error:
        region = _named(error.response)
        if region is None and is_transient(error):
            raise
        return region


def _named(answer: Any) -> str | None:
    region: str | None = answer.get("ResponseMetadata", {}).get("HTTPHeaders", {}).get(_HEADER)
    return region

"""URLs that let a client read or write one object, and nothing else, for a while."""

from functools import cache
from typing import Any

import boto3
from botocore.config import Config

from audience.aws.client_types import S3Client
from http_api import stores
from http_api.schemas import COUNT, TEXT

SECONDS = 3600
DOWNLOAD = {"Url": TEXT, "ExpiresInSeconds": COUNT}  # members of an answer that has a URL


def upload_url(key: str, size: int | None) -> str:
    """Return a URL to PUT an object to the service's bucket, of exactly `size` bytes where given.

    A Content-Length that is signed is one that S3 holds the client to
    (https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html).
    """
    signed = {} if size is None else {"ContentLength": size}
    return _url(_signer(), "put_object", stores.settings().bucket, key, **signed)


def download_url(key: str) -> str:
    """Return a URL to GET an object of the service's bucket."""
    return _url(_signer(), "get_object", stores.settings().bucket, key)


def url_of_another(s3: S3Client, bucket: str, key: str) -> str:
    """Return a URL to GET an object of another bucket, with the rights that the client `s3` has.

    `s3` is a client of the bucket's own Region: a URL's signature is for one Region, and for one host.
    """
    events: Any = s3.meta.events  # its stubs do not know of handlers that return something
    events.register_first("choose-signer.s3", _version_4, unique_id="version 4")
    events.register_first("before-endpoint-resolution.s3", _regional, unique_id="regional")
    return _url(s3, "get_object", bucket, key)


def _url(s3: S3Client, operation: str, bucket: str, key: str, **signed: Any) -> str:
    parameters = {"Bucket": bucket, "Key": key, **signed}
    url: str = s3.generate_presigned_url(operation, Params=parameters, ExpiresIn=SECONDS)
    return url


@cache
def _signer() -> Any:
    """Return a client whose URLs name the region: no signature survives the global name's redirect."""
    return boto3.client("s3", config=Config(signature_version="s3v4", s3={"addressing_style": "path"}))


def _version_4(signature_version: str, **_: Any) -> str | None:
    """S3 refuses version 2, which botocore still gives URLs, for every bucket made since June 2020.

    https://aws.amazon.com/blogs/aws/amazon-s3-update-sigv2-deprecation-period-extended-modified/
    """
    return "s3v4-query" if signature_version.endswith("-query") else None


def _regional(context: dict[str, Any], **_: Any) -> None:
    """Keep botocore from the global host, which it takes for URLs and which redirects to the bucket's Region."""
    context["use_global_endpoint"] = False

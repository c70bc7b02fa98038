"""The process's lean DynamoDB client, from botocore's own idea of region, endpoint and credentials."""

from functools import cache
from urllib.parse import urlsplit

import boto3

from audience.aws.clients import client
from audience.aws.dynamodb import LeanDynamoDB
from audience.aws.signature import Signer
from audience.errors import MissingSettingError


@cache
def lean_dynamodb() -> LeanDynamoDB:
    """Return the client, made once for each execution environment.

    Raises:
        MissingSettingError: there are no credentials.
    """
    meta = client("dynamodb").meta
    credentials = boto3.Session().get_credentials()
    if credentials is None:
        raise MissingSettingError("there are no AWS credentials")
    return LeanDynamoDB(
        meta.endpoint_url, Signer(credentials, meta.region_name, urlsplit(meta.endpoint_url).netloc)
    )

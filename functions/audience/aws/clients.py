"""boto3 clients, made once for each execution environment and only when first needed."""

from functools import cache
from typing import Any, Literal, overload
from urllib.parse import urlsplit

import boto3
import botocore.session
from botocore.config import Config
from botocore.httpsession import get_cert_path

from audience.aws.answers import CarefulParsers
from audience.aws.client_types import S3Client, SFNClient, STSClient, Table
from audience.aws.dynamodb import DynamoDBClient
from audience.aws.dynamodb_loop import DynamoDBLoop
from audience.aws.signature import Signer
from audience.errors import MissingSettingError

# A Lambda that waits a minute for a dead connection is billed for it; retries with jitter are AWS's own advice
# (https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html).
PATIENT = Config(connect_timeout=5, read_timeout=30, retries={"mode": "standard", "max_attempts": 5})

_session = botocore.session.get_session()
_session.register_component("response_parser_factory", CarefulParsers())
boto3.setup_default_session(
    botocore_session=_session
)  # for all clients, also those with a customer's credentials


@overload
def client(service: Literal["s3"]) -> S3Client: ...


@overload
def client(service: Literal["stepfunctions"]) -> SFNClient: ...


@overload
def client(service: Literal["sts"]) -> STSClient: ...


@overload
def client(service: Literal["dynamodb", "events"]) -> Any: ...


@cache
def client(service: str) -> Any:
    """Return the process's boto3 client of a service, for example `client("s3")`."""
    return boto3.client(service, config=PATIENT)  # type: ignore[call-overload]


@cache
def table(name: str) -> Table:
    """Return the process's boto3 Table of that name."""
    return boto3.resource("dynamodb", config=PATIENT).Table(name)


@cache
def dynamodb_client() -> DynamoDBClient:
    """Return the process's DynamoDB client, which waits for each answer.

    Raises:
        MissingSettingError: there are no credentials.
    """
    url, signer, ca_file = _dynamodb()
    return DynamoDBClient(url, signer, ca_file=ca_file)


def dynamodb_loop() -> DynamoDBLoop:
    """Return an event loop that calls DynamoDB, to be closed when its work is done; it is for one thread.

    Raises:
        MissingSettingError: there are no credentials.
    """
    url, signer, ca_file = _dynamodb()
    return DynamoDBLoop(url, signer, ca_file=ca_file)


def _dynamodb() -> tuple[str, Signer, str | None]:
    """Return DynamoDB's URL, what signs requests to it, and the file of authorities that may vouch for it."""
    meta = client("dynamodb").meta
    credentials = boto3.Session().get_credentials()
    if credentials is None:
        raise MissingSettingError("there are no AWS credentials")
    signer = Signer(credentials, meta.region_name, urlsplit(meta.endpoint_url).netloc)
    # As botocore verifies: AWS_CA_BUNDLE or `ca_bundle` of the profile, else the authorities that it brings along.
    ca_file = get_cert_path(_session.get_config_variable("ca_bundle") or True)
    return meta.endpoint_url, signer, ca_file

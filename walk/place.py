"""A deployment as its customer reaches it: URLs, credentials, a bucket and a role of the customer's own."""

import json
from dataclasses import dataclass
from typing import Any

import boto3
import requests
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest

TIMEOUT_S = 60  # longer than API Gateway waits for a function


@dataclass(frozen=True)
class OwnBucket:
    """The customer's bucket, and the role that lets the service read imports from it and write exports to it."""

    name: str
    role_arn: str


@dataclass(frozen=True)
class Platform:
    """Experience Platform's dialect: its URL, a token of the deployment's issuer, and whose token it is."""

    url: str
    token: str
    client_id: str


@dataclass(frozen=True)
class Place:
    """One deployment. Without a bucket of the customer's own, files go through presigned URLs."""

    url: str
    session: boto3.Session
    own: OwnBucket | None = None
    platform: Platform | None = None
    aws_url: str | None = None  # where S3 is; None: AWS

    def pinpoint(self) -> Any:
        """Make a stock Pinpoint client that signs as the README says."""
        client = self.session.client("pinpoint", endpoint_url=self.url)
        client.meta.events.register("before-sign.pinpoint", _sign_for_execute_api)
        return client

    def s3(self) -> Any:
        """Make an S3 client with the customer's credentials."""
        return self.session.client("s3", endpoint_url=self.aws_url)

    def call(self, method: str, path: str, body: Any = None) -> requests.Response:
        """Send a signed request to a path below the URL, for operations that Pinpoint's clients do not have."""
        return self.send(self.signed(method, path, body))

    def signed(self, method: str, path: str, body: Any = None, service: str = "execute-api") -> AWSRequest:
        """Build a request with Signature Version 4 in its headers."""
        data = b"" if body is None else json.dumps(body).encode()
        request = AWSRequest(method, self.url.rstrip("/") + path, {"Content-Type": "application/json"}, data)
        credentials = self.session.get_credentials()
        if credentials is None:
            raise NoCredentialsError
        SigV4Auth(credentials.get_frozen_credentials(), service, self.session.region_name).add_auth(request)
        return request

    def send(self, request: AWSRequest) -> requests.Response:
        """Send a request as it is, signed or not."""
        return requests.request(
            str(request.method),
            str(request.url),
            data=request.data,
            headers=dict(request.headers),
            timeout=TIMEOUT_S,
        )


class NoCredentialsError(Exception):
    """There are no AWS credentials to sign with."""

    def __init__(self) -> None:
        """Build the message."""
        super().__init__(
            "there are no AWS credentials: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and what goes with it"
        )


def _sign_for_execute_api(request: AWSRequest, **_: Any) -> None:
    request.context.setdefault("signing", {}).update(signing_name="execute-api")

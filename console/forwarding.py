"""Requests that go on to the deployment, signed with the caller's own credentials."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO
from urllib.parse import unquote, urlsplit

import boto3
import urllib3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.exceptions import NoRegionError
from urllib3.exceptions import HTTPError

from console.known_urls import KnownUrls
from walk.place import NoCredentialsError

# API Gateway answers within 29 s (https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html).
TIMEOUT_S = 35
PART_BYTES = 256 * 1024
_SERVICE = "execute-api"
_PASSED_ON = ("content-type", "idempotency-key", "accept")
_PASSED_BACK = ("content-type", "x-amzn-errortype", "x-amzn-requestid", "allow", "retry-after")
_OK = 200
# A browser shows how much of a file is still to come.
_OF_FILES = ("content-length", "content-encoding")
_REGION = re.compile(r"\.execute-api\.([a-z0-9-]+)\.amazonaws\.com(\.cn)?$")
_DOTS = re.compile(r"(^|/)\.{1,2}(/|$)")


class NotForwardedError(Exception):
    """A request cannot go on; the message says why."""


@dataclass(frozen=True)
class Answer:
    """The status, the headers that are passed back, and the content."""

    status: int
    headers: dict[str, str]
    content: bytes


@dataclass(frozen=True)
class File:
    """The headers that are passed back, and the parts as they come."""

    headers: dict[str, str]
    parts: Iterator[bytes]


class Forwarding:
    """The way to one deployment, and to nothing else."""

    def __init__(self, url: str, session: boto3.Session, known: KnownUrls) -> None:
        """Keep the deployment's URL, whose credentials sign, and the presigned URLs that it gave.

        Raises:
            NoRegionError: neither the URL nor the session says which Region to sign for.
        """
        self.url = url.rstrip("/")
        self._session = session
        self._region = region_of(self.url, session)
        self._known = known
        # For each part that is sent or read; a bound on the whole would break off long uploads.
        waiting = urllib3.Timeout(connect=TIMEOUT_S, read=TIMEOUT_S)
        self._pool = urllib3.PoolManager(maxsize=16, retries=False, timeout=waiting)

    def call(self, method: str, target: str, headers: dict[str, str], body: bytes) -> Answer:
        """Sign a request and send it on.

        Args:
            method: of HTTP.
            target: path and query below the deployment's URL, percent-encoded.
            headers: by their names in lower case; those that the service reads are passed on.
            body: as it came.

        Raises:
            NotForwardedError: the path leaves the deployment, or the deployment cannot be reached.
            NoCredentialsError: there are no credentials to sign with.
        """
        if _DOTS.search(unquote(urlsplit(target).path)):
            raise NotForwardedError("the path has . or .. in it")
        kept = {name: headers[name] for name in _PASSED_ON if name in headers}
        signed = self._signed(AWSRequest(method, self.url + target, kept, body))
        try:
            answer = self._pool.request(
                method, str(signed.url), body=body, headers=dict(signed.headers), redirect=False
            )
        except HTTPError as error:
            raise NotForwardedError(f"{self.url} does not answer ({type(error).__name__})") from None
        self._known.learn(answer.data)
        passed = {name: answer.headers[name] for name in _PASSED_BACK if name in answer.headers}
        return Answer(answer.status, passed, answer.data)

    def put(self, url: str, content: IO[bytes], length: int) -> Answer:
        """Put a file to a presigned URL that the service gave, part by part.

        Raises:
            NotForwardedError: the service did not give the URL, or it cannot be reached.
        """
        self._check(url)
        headers = {"Content-Length": str(length)}
        try:
            answer = self._pool.request(
                "PUT", url, body=_parts(content, length), headers=headers, redirect=False
            )
        except HTTPError as error:
            raise NotForwardedError(f"the file's place does not answer ({type(error).__name__})") from None
        return Answer(answer.status, {}, b"")

    def get(self, url: str) -> File:
        """Fetch a file from a presigned URL that the service gave, part by part.

        Raises:
            NotForwardedError: the service did not give the URL, or there is no file to be had.
        """
        self._check(url)
        try:
            answer = self._pool.request("GET", url, preload_content=False, redirect=False)
        except HTTPError as error:
            raise NotForwardedError(f"the file's place does not answer ({type(error).__name__})") from None
        if answer.status != _OK:  # what came is no file, and must not be kept as one
            answer.drain_conn()
            raise NotForwardedError(f"the file's place answers {answer.status}")
        headers = {name: answer.headers[name] for name in _OF_FILES if name in answer.headers}
        return File(headers, answer.stream(PART_BYTES, decode_content=False))

    def _check(self, url: str) -> None:
        if url not in self._known:
            raise NotForwardedError("the service has not given this URL to this page")

    def _signed(self, request: AWSRequest) -> AWSRequest:
        credentials = self._session.get_credentials()
        if credentials is None:
            raise NoCredentialsError
        SigV4Auth(credentials.get_frozen_credentials(), _SERVICE, self._region).add_auth(request)
        return request


def region_of(url: str, session: boto3.Session) -> str:
    """Return the Region that a deployment's URL names; of a domain of one's own, the session's.

    Raises:
        NoRegionError: neither names one.
    """
    named = _REGION.search(urlsplit(url).hostname or "")
    region = named[1] if named else session.region_name
    if not region:
        raise NoRegionError
    return region


def _parts(content: IO[bytes], length: int) -> Iterator[bytes]:
    while length > 0 and (part := content.read(min(length, PART_BYTES))):
        length -= len(part)
        yield part

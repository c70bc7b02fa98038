"""Compare the CPU of a request: the row loop's connection, http.client, urllib3, and calls that read nothing.

All send the same signed request of 2.3 KB (with a session token, as in Lambda) over one kept-alive connection. And
compare the row loop's signature with botocore's, for the same request.
"""

import socket
import time
from collections.abc import Callable
from http.client import HTTPConnection
from typing import Any

import urllib3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from audience.aws.connection import Connection, Service
from audience.aws.signature import Signer
from benchmarks.measure import minima, report
from benchmarks.service import KEY_ID, REGION, SECRET, TOKEN, sink

REQUESTS = 2000
ROUNDS = 6
BODY = b'{"x":"%b"}' % (b"x" * 1200)
OPERATION = "UpdateItem"


def times(call: Callable[[], Any]) -> Callable[[], None]:
    """Return a case that calls as often as is measured."""

    def run() -> None:
        for _ in range(REQUESTS):
            call()

    return run


def bare(host: str, port: int, request: bytes) -> Callable[[], Any]:
    """Return what sends, and takes what comes back unread."""
    opened = socket.create_connection((host, port), 10)
    opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def call() -> bytes:
        opened.sendall(request)
        return opened.recv(65536)

    return call


def with_http_client(host: str, port: int, headers: dict[str, str]) -> Callable[[], Any]:
    """Return what sends with the standard library's client."""
    connection = HTTPConnection(host, port, timeout=10)

    def call() -> bytes:
        connection.request("POST", "/", BODY, headers)
        return connection.getresponse().read()

    return call


def with_urllib3(host: str, port: int, headers: dict[str, str]) -> Callable[[], Any]:
    """Return what sends with the client below botocore."""
    pool = urllib3.HTTPConnectionPool(host, port)
    return lambda: pool.urlopen("POST", "/", body=BODY, headers=headers, retries=False).data


def with_botocore(credentials: Credentials, url: str) -> Callable[[], Any]:
    """Return what signs as botocore does."""
    auth = SigV4Auth(credentials, "dynamodb", REGION)
    named = {"content-type": "application/x-amz-json-1.0", "x-amz-target": f"DynamoDB_20120810.{OPERATION}"}
    return lambda: auth.add_auth(AWSRequest("POST", url, headers=named, data=BODY))


def main() -> None:
    """Measure requests, then signatures."""
    with sink() as url:
        host, _, port = url.removeprefix("http://").partition(":")
        credentials = Credentials(KEY_ID, SECRET, TOKEN)
        signer = Signer(credentials, REGION, f"{host}:{port}")
        head = signer.head(OPERATION, BODY, time.time())
        headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:-2])
        connection = Connection(Service(host, int(port), None), 10)
        requests = {
            "our connection": lambda: connection.exchange(head + BODY),
            "socket calls that read nothing": bare(host, int(port), head + BODY),
            "http.client": with_http_client(host, int(port), headers),
            "urllib3": with_urllib3(host, int(port), headers),
        }
        found = minima({name: times(call) for name, call in requests.items()}, ROUNDS, REQUESTS)
        signatures = {
            "our signature": lambda: signer.head(OPERATION, BODY, time.time()),
            "botocore's signature": with_botocore(credentials, url),
        }
        signed = minima({name: times(call) for name, call in signatures.items()}, ROUNDS, REQUESTS)
    report("request_cost", "CPU of a request and its answer", found, "our connection")
    report("signature_cost", "CPU of a signature", signed, "our signature")


if __name__ == "__main__":
    main()

"""The sink as a service of a benchmark's process, and the clients that talk to it."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

from audience.aws.dynamodb import DynamoDBClient
from audience.aws.signature import Signer

REGION = "us-east-1"
KEYS = {"aws_access_key_id": "AKIDEXAMPLE", "aws_secret_access_key": "secret"}  # of nobody


@contextmanager
def sink() -> Iterator[str]:
    """A null sink in a process of its own: its URL."""
    command = [sys.executable, "-m", "benchmarks.sink"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)  # noqa: S603
    with process:
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"  # type: ignore[union-attr]
        process.stdin.close()  # type: ignore[union-attr]


def row_client(url: str) -> DynamoDBClient:
    """The row loop's client."""
    frozen = SimpleNamespace(access_key="AKIDEXAMPLE", secret_key="secret", token=None)  # noqa: S106
    credentials: Any = SimpleNamespace(get_frozen_credentials=lambda: frozen)
    return DynamoDBClient(url, Signer(credentials, REGION, url.removeprefix("http://")))

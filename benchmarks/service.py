"""The null sink as a service of a benchmark's process, and the row loop's client for it."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

from audience.aws.dynamodb import DynamoDBClient
from audience.aws.signature import Signer

REGION = "us-east-1"
KEY_ID, SECRET = "AKIDEXAMPLE", "secret"  # nobody's credentials
TOKEN = "token" * 180  # about as long as a Lambda function's session token


@contextmanager
def sink() -> Iterator[str]:
    """Run a null sink in a process of its own, and give its URL."""
    command = [sys.executable, "-m", "benchmarks.sink"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)  # noqa: S603
    with process:
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"  # type: ignore[union-attr]
        process.stdin.close()  # type: ignore[union-attr]


def row_client(url: str) -> DynamoDBClient:
    """Return the row loop's client for a sink."""
    frozen = SimpleNamespace(access_key=KEY_ID, secret_key=SECRET, token=TOKEN)
    credentials: Any = SimpleNamespace(get_frozen_credentials=lambda: frozen)
    return DynamoDBClient(url, Signer(credentials, REGION, url.removeprefix("http://")))

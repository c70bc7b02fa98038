"""The sink as a service of a benchmark's process, and clients for it."""

import json
import os
import ssl
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.request import Request, urlopen

from audience.aws.dynamodb import DynamoDBClient
from audience.aws.signature import Signer
from benchmarks.sink_settings import SinkSettings
from rehearsal.certificate import write_certificate

REGION = "us-east-1"
KEY_ID, SECRET = "AKIDEXAMPLE", "secret"  # nobody's credentials
TOKEN = "token" * 180  # about as long as a Lambda function's session token
CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": KEY_ID,
    "AWS_SECRET_ACCESS_KEY": SECRET,
    "AWS_SESSION_TOKEN": TOKEN,
    "AWS_DEFAULT_REGION": REGION,
    "AWS_REGION": REGION,
}


@dataclass(frozen=True)
class SinkService:
    """A running sink."""

    url: str
    certificate: str = ""  # the file of the authority that vouches for its URL

    def set(self, settings: SinkSettings) -> None:
        """Let it answer by other settings from now on, with new counts."""
        self._request("PUT", "/-/settings", json.dumps(asdict(settings)).encode())

    def counts(self) -> dict[str, Any]:
        """Return what it counted since the settings were set (benchmarks.sink_tables.Tables.counts)."""
        found: dict[str, Any] = json.loads(self._request("GET", "/-/counts"))
        return found

    def variables(self) -> dict[str, str]:
        """Return the environment variables with which AWS's clients find it."""
        authority = {"AWS_CA_BUNDLE": self.certificate} if self.certificate else {}
        return {**CREDENTIALS, "AWS_ENDPOINT_URL": self.url, **authority}

    def _request(self, method: str, path: str, body: bytes | None = None) -> bytes:
        tls = ssl.create_default_context(cafile=self.certificate) if self.certificate else None
        request = Request(self.url + path, body, method=method)  # noqa: S310  (our own server)
        with urlopen(request, context=tls) as answer:  # noqa: S310
            content: bytes = answer.read()
        return content


@contextmanager
def running_sink(*, tls: bool = False) -> Iterator[SinkService]:
    """Run a sink in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        certificate, key = Path(folder, "certificate.pem"), Path(folder, "key.pem")
        files = [str(certificate), str(key)] if tls else []
        if tls:
            write_certificate(certificate, key)
        command = [sys.executable, "-m", "benchmarks.sink", *files]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)  # noqa: S603
        with process:
            port = int(process.stdout.readline())  # type: ignore[union-attr]
            scheme = "https" if tls else "http"
            yield SinkService(f"{scheme}://127.0.0.1:{port}", files[0] if tls else "")
            process.stdin.close()  # type: ignore[union-attr]


@contextmanager
def sink() -> Iterator[str]:
    """Run a sink in a process of its own, and give its URL."""
    with running_sink() as running:
        yield running.url


def point_clients_at(running: SinkService) -> None:
    """Let this process's AWS clients find the sink; clients that are there already stay where they are."""
    os.environ.update(running.variables())


def row_client(url: str) -> DynamoDBClient:
    """Return the row loop's client for a sink."""
    frozen = SimpleNamespace(access_key=KEY_ID, secret_key=SECRET, token=TOKEN)
    credentials: Any = SimpleNamespace(get_frozen_credentials=lambda: frozen)
    return DynamoDBClient(url, Signer(credentials, REGION, url.removeprefix("http://")))

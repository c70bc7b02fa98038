"""MiniStack in a process of its own: loopback only, a free port, TLS, IAM enforced, its state in one folder."""

import os
import shutil
import signal
import socket
import ssl
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from infra.names import ROOT
from rehearsal.certificate import write_certificate

PYTHON = ROOT / ".venv-rehearsal" / "bin" / "python"
ACCOUNT, REGION = "123456789012", "us-east-1"
# The key that the engine takes for the account's root. It opens nothing elsewhere.
ROOT_KEY = {"AWS_ACCESS_KEY_ID": "AKIAREHEARSALROOT000", "AWS_SECRET_ACCESS_KEY": "rehearsal"}
START_S = 60
KEPT = (
    "PATH",
    "LANG",
    "LC_ALL",
    "TZ",
)  # of this process's environment; no profile, proxy or endpoint goes along


class EngineNotStartedError(Exception):
    """The engine did not come up; the message names its log."""


@dataclass(frozen=True)
class Engine:
    """A running engine: its URL, and the files that it leaves."""

    folder: Path
    url: str

    @property
    def log(self) -> Path:
        """Return the engine's log."""
        return self.folder / "engine.log"

    @property
    def calls(self) -> Path:
        """Return the file with the decisions of the engine's IAM (rehearsal.engine_process)."""
        return self.folder / "calls.jsonl"

    @property
    def certificate(self) -> Path:
        """Return the certificate that clients have to trust."""
        return self.folder / "certificate.pem"

    def variables(self) -> dict[str, str]:
        """Build the whole environment of a process that knows this AWS only, as the account's root."""
        trusted = dict.fromkeys(
            ("AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS"),
            str(self.certificate),
        )
        return {
            **{name: os.environ[name] for name in KEPT if name in os.environ},
            **ROOT_KEY,
            **trusted,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ENDPOINT_URL": self.url,
            "AWS_EC2_METADATA_DISABLED": "true",
            "HOME": str(self.folder),  # no ~/.aws is read, no ~/.cdk is written
        }


@contextmanager
def running_engine(folder: Path) -> Iterator[Engine]:
    """Run the engine with its state in a folder that is not there yet, until the block ends.

    Raises:
        EngineNotStartedError: it did not answer in time, or ended.
    """
    (folder / "tmp").mkdir(parents=True)
    port = _free_port()
    engine = Engine(folder, f"https://127.0.0.1:{port}")
    write_certificate(engine.certificate, folder / "key.pem")
    with engine.log.open("w") as log:
        process = _spawn(engine, port, log.fileno())
    try:
        _wait(engine, process)
        yield engine
    finally:
        _end(process)
        shutil.rmtree(folder / "tmp", ignore_errors=True)  # the functions' unpacked layers


def _spawn(engine: Engine, port: int, log: int) -> subprocess.Popen[bytes]:
    # For the functions, whose environment is made from the engine's: they may only meet this AWS, and trust its TLS.
    variables = engine.variables()
    del variables["AWS_ENDPOINT_URL"]  # the engine tells the functions its own
    own = {
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "AUTH": "true",
        "USE_SSL": "1",
        "MINISTACK_SSL_CERT": str(engine.certificate),
        "MINISTACK_SSL_KEY": str(engine.folder / "key.pem"),
        "MINISTACK_ACCOUNT_ID": ACCOUNT,
        "PERSIST_STATE": "0",
        "STATE_DIR": str(engine.folder / "state"),
        "TMPDIR": str(engine.folder / "tmp"),
        "CALLS": str(engine.calls),
    }
    program = ROOT / "rehearsal" / "engine_process.py"
    return subprocess.Popen(  # noqa: S603 - our own arguments
        [str(PYTHON), str(program)],
        cwd=engine.folder,
        env=variables | own,
        stdin=subprocess.PIPE,  # the engine ends with it, and so with us, however we end
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )


def _wait(engine: Engine, process: subprocess.Popen[bytes]) -> None:
    trusting = ssl.create_default_context(cafile=str(engine.certificate))
    until = time.monotonic() + START_S
    while time.monotonic() < until and process.poll() is None:
        try:
            urllib.request.urlopen(f"{engine.url}/_ministack/health", timeout=5, context=trusting).close()  # noqa: S310
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise EngineNotStartedError(f"the engine did not start; its log is {engine.log}")


def _end(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])

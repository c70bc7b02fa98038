"""The DynamoDB of the laptop: dynalite, a node process that ends when this one does.

It has no transactions, no PartiQL, no streams, and expires nothing (TTL attributes are kept, not acted upon).
"""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError

from local.account import CREDENTIALS, REGION, ROOT


class TablesNotStartedError(Exception):
    """The DynamoDB server did not come up."""


@contextmanager
def table_server(data_dir: Path | None) -> Iterator[str]:
    """Run a DynamoDB server and yield its URL; data is kept below `data_dir`, in memory when None.

    Raises:
        TablesNotStartedError: node or dynalite is missing, or another process has the folder open.
    """
    process = _spawn(data_dir)
    with process:
        try:
            url = f"http://localhost:{_read_port(process)}"
            _probe(url, data_dir)
            yield url
        finally:
            _end(process)


def _spawn(data_dir: Path | None) -> subprocess.Popen[str]:
    command = ["node", str(ROOT / "local" / "dynalite.js")]
    if data_dir:
        data_dir.mkdir(parents=True, exist_ok=True)
        command.append(str(data_dir.resolve() / "tables"))
    try:
        # Its own session: a Ctrl-C in the terminal is for us; the server goes when its stdin closes.
        return subprocess.Popen(  # noqa: S603
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
        )
    except FileNotFoundError as error:
        raise TablesNotStartedError(
            "node is not installed: the local tables need Node 20 or newer"
        ) from error


def _read_port(process: subprocess.Popen[str]) -> int:
    line = process.stdout.readline() if process.stdout else ""
    if not line.strip().isdigit():
        raise TablesNotStartedError("dynalite did not start (see above): run `npm ci --ignore-scripts`")
    return int(line)


def _probe(url: str, data_dir: Path | None) -> None:
    """Read once: LevelDB says only at the first access that its folder is locked."""
    client = boto3.client(
        "dynamodb",
        endpoint_url=url,
        region_name=REGION,
        aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
        config=Config(retries={"total_max_attempts": 1}),
    )
    try:
        client.list_tables()
    except BotoCoreError as error:
        raise TablesNotStartedError(
            f"the tables in {data_dir} cannot be opened: is another stack using them?"
        ) from error


def _end(process: subprocess.Popen[str]) -> None:
    if process.stdin:
        process.stdin.close()
    try:
        process.wait(timeout=5)
    except subprocess.TimeoutExpired:
        process.kill()

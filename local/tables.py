"""The tables of the laptop: the process of `local.dynamodb`, which ends when this one does."""

import importlib.util
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from local.account import ACCOUNT, REGION, ROOT

FILE = "tables.jsonl"
_BEFORE = "tables"  # the folder of version 0.1.0, whose server kept data in LevelDB


class TablesNotStartedError(Exception):
    """The DynamoDB server did not come up."""


@contextmanager
def table_server(data_dir: Path | None) -> Iterator[str]:
    """Run a DynamoDB server and yield its URL; data is kept in a file in `data_dir`, in memory when None.

    Raises:
        TablesNotStartedError: MiniStack is missing, another process has the file open, or an earlier version kept
            its tables in the folder.
    """
    if importlib.util.find_spec("ministack") is None:
        raise TablesNotStartedError("MiniStack is not installed: the local tables need it; run `make setup`")
    process = _spawn(data_dir)
    with process:
        try:
            yield f"http://localhost:{_read_port(process, data_dir)}"
        finally:
            _end(process)


def _spawn(data_dir: Path | None) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "local.dynamodb"]
    if data_dir:
        data_dir.mkdir(parents=True, exist_ok=True)
        if (data_dir / _BEFORE).is_dir():
            raise TablesNotStartedError(
                f"{data_dir / _BEFORE} has tables of version 0.1.0, which this one cannot read: "
                "choose another DATA_DIR, or remove that folder"
            )
        command.append(str(data_dir.resolve() / FILE))
    variables = {**os.environ, "MINISTACK_ACCOUNT_ID": ACCOUNT, "MINISTACK_REGION": REGION}
    # Its own session: a Ctrl-C in the terminal is for us; the server goes when its stdin closes.
    return subprocess.Popen(  # noqa: S603
        command,
        cwd=ROOT,
        env=variables,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def _read_port(process: subprocess.Popen[str], data_dir: Path | None) -> int:
    line = (process.stdout.readline() if process.stdout else "").strip()
    if line == "in use":
        raise TablesNotStartedError(
            f"the tables in {data_dir} cannot be opened: is another stack using them?"
        )
    if not line.isdigit():
        raise TablesNotStartedError("the local tables did not start (see above): run `make setup`")
    return int(line)


def _end(process: subprocess.Popen[str]) -> None:
    if process.stdin:
        process.stdin.close()
    try:
        process.wait(timeout=5)
    except subprocess.TimeoutExpired:
        process.kill()

"""`make serve` says when it is ready, answers on both URLs, and leaves nothing behind."""

import os
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from local.account import ROOT
from local.ports import listen

READY = re.compile(
    r"^ready  API (http://localhost:\d+)  AWS (http://localhost:\d+)  ISSUER (http://localhost:\d+)$"
)
Process = subprocess.Popen[str]


def start(**variables: str) -> Process:
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'functions'}", **variables}
    command = [sys.executable, "-m", "local.serve"]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment, cwd=ROOT
    )


def urls(process: Process) -> tuple[str, str]:
    """Both URLs, as soon as the process says that it is ready."""
    assert process.stdout is not None
    assert process.stderr is not None
    said = []
    for line in process.stdout:
        said.append(line)
        if found := READY.match(line.rstrip("\n")):
            return found.group(1), found.group(2)
    raise AssertionError(f"never ready: {said} {process.stderr.read()}")


def client(service: str, url: str) -> Any:
    return boto3.client(
        service, endpoint_url=url, region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b"
    )


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Process]:
    with start(API_PORT="0", AWS_PORT="0", ISSUER_PORT="0", DATA_DIR=str(tmp_path)) as process:
        yield process
        process.kill()


def test_serves_both_urls_until_it_is_told_to_end(served: Process) -> None:
    api, aws = urls(served)

    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{api}/nothing")  # noqa: S310  (http: our own)
    assert refused.value.headers["x-amzn-ErrorType"] == "NotFoundException"

    assert len(client("stepfunctions", aws).list_state_machines()["stateMachines"]) == 4
    assert len(client("dynamodb", aws).list_tables()["TableNames"]) == 2
    assert len(client("s3", aws).list_buckets()["Buckets"]) == 2
    functions = {
        function["Handler"].split(".")[0] for function in client("lambda", aws).list_functions()["Functions"]
    }
    assert {"api", "plan_import", "import_piece", "finish_import"} <= functions

    served.send_signal(signal.SIGTERM)
    # The tables' server has inherited stderr: its end is read only when that process has ended too.
    _, errors = served.communicate(timeout=60)
    assert (served.returncode, errors) == (0, "")


def test_a_port_in_use_is_reported_before_anything_is_started() -> None:
    with listen(0, "API_PORT") as taken:
        process = start(API_PORT=str(taken.getsockname()[1]), AWS_PORT="0", ISSUER_PORT="0")
        output, errors = process.communicate(timeout=60)
    assert (process.returncode, output) == (1, "")
    assert errors.startswith("cannot start: port")
    assert "API_PORT" in errors

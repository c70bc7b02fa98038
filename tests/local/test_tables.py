"""The tables' server keeps its data where it is told to, and never outlives its parent."""

import importlib.util
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from local.account import ROOT
from local.tables import TablesNotStartedError, table_server
from tests.local.tables_client import client_of

PARENT = """
import sys
from pathlib import Path
from local.tables import table_server
with table_server(Path(sys.argv[1])) as url:
    print(url, flush=True)
    sys.stdin.read()
"""


def test_tables_in_a_folder_are_there_after_a_restart(tmp_path: Path) -> None:
    with table_server(tmp_path) as url:
        client_of(url).create_table(
            TableName="Kept",
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        client_of(url).put_item(TableName="Kept", Item={"pk": {"S": "a"}})
    with table_server(tmp_path) as url:
        assert client_of(url).scan(TableName="Kept")["Items"] == [{"pk": {"S": "a"}}]


def test_a_folder_has_one_server_at_a_time(tmp_path: Path) -> None:
    with (
        table_server(tmp_path),
        pytest.raises(TablesNotStartedError, match="another stack"),
        table_server(tmp_path),
    ):
        pass


def test_tables_of_an_earlier_version_are_not_passed_over(tmp_path: Path) -> None:
    (tmp_path / "tables").mkdir()
    with pytest.raises(TablesNotStartedError, match="DATA_DIR"), table_server(tmp_path):
        pass


def test_without_ministack_the_error_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(TablesNotStartedError, match="make setup"), table_server(None):
        pass


def test_the_server_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    command = [sys.executable, "-c", PARENT, str(tmp_path)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, **pipes, text=True, cwd=ROOT) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline().startswith("http://localhost:")
        parent.send_signal(signal.SIGKILL)
        # The server has inherited stderr: its end is read only when the server has ended too.
        assert parent.communicate(timeout=60)[1] == ""

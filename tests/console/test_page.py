"""The page in a real browser: Chromium, driven by Playwright (walk.test.mjs), over `make console`'s own local stack."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.names import ROOT

HERE = Path(__file__).parent
# The whole walk; a browser that hangs is ended.
LONGEST_S = 400


@pytest.fixture
def page() -> Iterator[str]:
    """The address of the page of a stack without apps, in a process of its own."""
    variables = {"PYTHONPATH": ".:functions", "PATH": os.environ["PATH"], "PORT": "0"}
    command = [sys.executable, "-m", "console"]
    with subprocess.Popen(command, cwd=ROOT, env=variables, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        found = (line.split() for line in process.stdout)
        yield next(line[1] for line in found if line[:1] == ["page"])
        process.send_signal(signal.SIGINT)


def test_somebody_with_a_file_walks_through_the_page(page, tmp_path):
    shutil.copytree(ROOT / "clients" / "models", tmp_path / ".aws" / "models")
    programs = {"PYTHON": sys.executable, "AWS": str(Path(sys.executable).with_name("aws"))}
    walked = subprocess.run(
        ["node", "--test", str(HERE / "walk.test.mjs")],
        env={
            **os.environ,
            **programs,
            "PAGE": page,
            "SCREENSHOTS": str(tmp_path),
            "CODE_HOME": str(tmp_path),
        },
        cwd=HERE,
        capture_output=True,
        text=True,
        timeout=LONGEST_S,
        check=False,
    )
    assert walked.returncode == 0, walked.stdout + walked.stderr
    assert sorted(path.name for path in tmp_path.glob("*-375.png")) == [
        "columns-375.png",
        "export-375.png",
        "job-375.png",
        "jobs-375.png",
        "no-jobs-375.png",
        "segment-375.png",
    ]

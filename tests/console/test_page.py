"""The page in a real browser: Chromium, driven by Playwright (walk.test.mjs), over the local stack."""

import os
import subprocess
from pathlib import Path

import boto3

from console.__main__ import serving

HERE = Path(__file__).parent
# The whole walk; a browser that hangs is ended.
LONGEST_S = 300


def test_somebody_with_a_file_walks_through_the_page(stack, tmp_path):
    with serving(stack.api_url, boto3.Session(), 0) as guard:
        variables = {**os.environ, "PAGE": f"{guard.address}/", "SCREENSHOTS": str(tmp_path)}
        walked = subprocess.run(
            ["node", "--test", "--test-concurrency=1", str(HERE / "walk.test.mjs")],
            env=variables,
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

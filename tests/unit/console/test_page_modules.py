"""The page's modules that touch no page, in Node (tests/console/modules.test.mjs)."""

import subprocess

from infra.names import ROOT


def test_the_pages_modules():
    tests = ROOT / "tests" / "console" / "modules.test.mjs"
    run = subprocess.run(["node", "--test", str(tests)], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr

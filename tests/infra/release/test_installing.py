"""A release is installed by the commands that its page shows."""

import re
import shlex
from pathlib import Path

from infra.names import ROOT
from infra.release.installing import commands
from infra.version import VERSION


def shown() -> list[list[str]]:
    """The AWS CLI's commands in the page, without its name."""
    (block,) = re.findall(r"```sh\n(.+?)```", (ROOT / "docs" / "install.md").read_text(), re.DOTALL)
    lines = block.replace("\\\n", " ").replace("VERSION", VERSION).splitlines()
    return [shlex.split(line)[1:] for line in lines if line.startswith("aws ")]


def test_a_release_is_installed_by_the_commands_of_its_page():
    made = commands(Path(), "SegmentJobs", "my-bucket", "segment-jobs/", {"MaxConcurrency": "40"})
    assert made == shown()[:2]

"""The template, made from the CDK app in its own process: the CDK's node process ends with it."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from local.account import FUNCTIONS_FOLDER, ROOT

_PROGRAM = """
import json, sys
from pathlib import Path
from infra.synth import synthesise
synthesise(Path(sys.argv[1]), json.loads(sys.argv[2]))
"""


class TemplateNotSynthesisedError(Exception):
    """The CDK app failed; the message holds what it said."""


def synthesise(outdir: Path, context: Mapping[str, object]) -> Path:
    """Write the template into `outdir` and return its path; `context` names the settings that are not the defaults.

    Raises:
        TemplateNotSynthesisedError: the app failed.
    """
    # The functions run on this process's packages: nothing need be downloaded for their layer.
    arguments = [str(outdir), json.dumps({"localDependencies": True, **context})]
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", _PROGRAM, *arguments],
        env={**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), str(FUNCTIONS_FOLDER)))},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise TemplateNotSynthesisedError(f"the template was not synthesised:\n{done.stderr}")
    [template] = outdir.glob("*.template.json")
    return template

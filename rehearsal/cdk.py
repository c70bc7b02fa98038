"""The pinned CDK CLI, as it comes: bootstrap, deploy, destroy."""

import json
import subprocess
from pathlib import Path

from infra.names import ROOT, STACK_NAME
from rehearsal.engine import ACCOUNT, REGION, Engine

CLI = ROOT / "node_modules" / "aws-cdk" / "bin" / "cdk"
# Nothing leaves the machine: no look for a newer version, no notices, no telemetry.
QUIET = {"CDK_DISABLE_VERSION_CHECK": "1", "CDK_DISABLE_CLI_TELEMETRY": "true", "NODE_NO_WARNINGS": "1"}


class CdkFailedError(Exception):
    """The CDK CLI ended with an error; the message has what it said last."""


def bootstrap(engine: Engine) -> None:
    """Make the account ready, as `make bootstrap` does.

    Raises:
        CdkFailedError: the CLI ended with an error.
    """
    _run(engine, "bootstrap", f"aws://{ACCOUNT}/{REGION}")


def deploy(engine: Engine, assembly: Path) -> dict[str, str]:
    """Deploy a cloud assembly, and return the stack's outputs.

    Raises:
        CdkFailedError: the CLI ended with an error.
    """
    outputs = engine.folder / "outputs.json"
    _run(
        engine,
        "deploy",
        "--app",
        str(assembly),
        "--require-approval",
        "never",
        "--outputs-file",
        str(outputs),
    )
    return dict(json.loads(outputs.read_text())[STACK_NAME])


def destroy(engine: Engine, assembly: Path) -> None:
    """Delete the stack.

    Raises:
        CdkFailedError: the CLI ended with an error.
    """
    _run(engine, "destroy", "--app", str(assembly), "--force")


def _run(engine: Engine, *arguments: str) -> None:
    command = ["node", str(CLI), *arguments, "--no-notices", "--progress", "events", "--ci"]
    done = subprocess.run(  # noqa: S603 - our own arguments
        command,
        cwd=engine.folder,
        env=engine.variables() | QUIET,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    with (engine.folder / "cdk.log").open("a") as log:
        log.write(f"$ cdk {' '.join(arguments)}\n{done.stdout}\n")
    if done.returncode:
        last = "\n".join(done.stdout.splitlines()[-15:])
        raise CdkFailedError(f"cdk {arguments[0]} ended with {done.returncode}:\n{last}")

"""`make deploy`: show the settings and what they change, ask, synthesise, and have the CDK CLI deploy."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from audience.aws.errors import plain_message
from infra.deployed import Change, changes, cloudformation, deployed_settings
from infra.names import ROOT, STACK_NAME
from infra.settings import SettingsInvalidError
from infra.settings_file import lines, read_settings, settings_file
from infra.synth import synthesise

APPROVALS = ("broadening", "any-change", "never")  # the CDK CLI's --require-approval
CDK = ROOT / "node_modules" / ".bin" / "cdk"
OUT = ROOT / "cdk.out"


class NotDeployedError(Exception):
    """The reason, for the person who deploys, why nothing was deployed."""


def approval(environ: Mapping[str, str], *, terminal: bool) -> str:
    """Return what has to be approved, from the variable APPROVE.

    Raises:
        NotDeployedError: it is none of the CDK CLI's words, or there is nobody who could answer.
    """
    found = environ.get("APPROVE") or APPROVALS[0]
    if found not in APPROVALS:
        raise NotDeployedError(f"APPROVE is {found!r}: it is one of {', '.join(APPROVALS)}")
    if found != "never" and not terminal:
        raise NotDeployedError(
            "A deployment asks before it changes settings or widens permissions, and there is no terminal to "
            "answer on. Where nobody is to be asked, as in CI: make deploy APPROVE=never"
        )
    return found


def check_changes(
    found: list[Change],
    deployed: Mapping[str, object],
    file: Path,
    *,
    ask: Callable[[str], str] | None,
) -> None:
    """See to it that no setting of the deployed stack is lost unseen.

    Args:
        found: the settings that differ from those of the deployed stack.
        deployed: what the deployed stack's settings file chose.
        file: the settings file of this deployment.
        ask: asks a person; None where nobody is to be asked.

    Raises:
        NotDeployedError: there is no settings file where the deployed stack had one, or the person says no.
    """
    if not found:
        return
    told = "\n".join(f"  {change}" for change in found)
    if not file.exists():
        raise NotDeployedError(
            f"The deployed stack has other settings, which the defaults would replace:\n{told}\n"
            f"There is no {file.name} here. Write one with what is to stay, or name yours (make deploy SETTINGS=path). "
            f"The deployed stack's: {json.dumps(deployed)}. For the defaults: {{}}"
        )
    print(f"Settings that change:\n{told}")
    if ask and ask("Deploy with these changes? [y/N] ").strip().lower() not in {"y", "yes"}:
        raise NotDeployedError("Nothing was deployed.")


def compare(
    file: Path,
    chosen: Mapping[str, object],
    client: Callable[[], Any],
    *,
    ask: Callable[[str], str] | None,
) -> None:
    """Compare the settings with those of the deployed stack, and see to it that none is lost unseen.

    Raises:
        NotDeployedError: as for `check_changes`; CloudFormation cannot be reached; or it refuses to tell, and there is
            no settings file that could stand for what is wanted.
    """
    try:
        deployed = deployed_settings(client())
    except BotoCoreError as error:
        raise NotDeployedError(f"CloudFormation cannot be asked for the deployed settings: {error}") from None
    except ClientError as error:
        told = f"The deployed settings cannot be read: {plain_message(error)}"
        if not file.exists():
            raise NotDeployedError(
                f"{told}. Write what you want into {file.name}; {{}} are the defaults"
            ) from None
        print(told)
        return
    if deployed is None:
        print("There is no such stack yet: this is the first deployment.")
    else:
        check_changes(changes(deployed, chosen), deployed, file, ask=ask)


def deploy(environ: Mapping[str, str], client: Callable[[], Any], *, terminal: bool) -> None:
    """Deploy with the settings of the file that `environ` names.

    Raises:
        NotDeployedError: nothing was deployed; the message says why.
        SettingsInvalidError: the settings file is wrong.
    """
    approve = approval(environ, terminal=terminal)
    file = settings_file(environ)
    chosen = read_settings(file)
    print(f"{STACK_NAME}'s settings (* from {file}):", *lines(chosen), sep="\n")
    compare(file, chosen, client, ask=None if approve == "never" else input)
    synthesise(OUT, chosen)
    command = [str(CDK), "deploy", "--app", str(OUT), "--require-approval", approve]
    if subprocess.run(command, check=False, cwd=ROOT).returncode:  # noqa: S603 - our own arguments
        raise NotDeployedError("The CDK CLI did not deploy; its last lines say why.")


def main() -> None:
    """Deploy from the command line."""
    try:
        deploy(os.environ, cloudformation, terminal=sys.stdin.isatty())
    except (NotDeployedError, SettingsInvalidError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()

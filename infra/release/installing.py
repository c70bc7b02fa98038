"""Installs a release as docs/install.md says, with the AWS CLI alone: for tests and rehearsals of it."""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from infra.release.parameters import BUCKET, PREFIX
from infra.release.writing import TEMPLATE


class NotInstalledError(Exception):
    """A command of the AWS CLI failed; the message holds what it said."""


def install(
    dist: Path,
    stack: str,
    bucket: str,
    prefix: str,
    parameters: Mapping[str, str],
    environment: Mapping[str, str],
) -> dict[str, str]:
    """Upload a release and have CloudFormation create or update its stack; nothing of the CDK takes part.

    Args:
        dist: the release's folder.
        stack: the stack's name.
        bucket: a bucket that exists, in the stack's Region.
        prefix: what the keys of the release's files begin with, with its closing slash, or empty.
        parameters: the template's parameters but for the place of the archives, such as `{"MaxConcurrency": "8"}`.
        environment: the CLI's variables: credentials, Region, and `AWS_ENDPOINT_URL` for an engine that is not AWS.

    Returns:
        The stack's outputs.

    Raises:
        NotInstalledError: the upload or the deployment failed.
    """
    for command in commands(dist, stack, bucket, prefix, parameters):
        _aws(command, environment)
    described = _aws(["cloudformation", "describe-stacks", "--stack-name", stack], environment)
    outputs = json.loads(described)["Stacks"][0]["Outputs"]
    return {output["OutputKey"]: output["OutputValue"] for output in outputs}


def commands(
    dist: Path, stack: str, bucket: str, prefix: str, parameters: Mapping[str, str]
) -> list[list[str]]:
    """Return the two commands of the AWS CLI, without its name: the upload and the deployment."""
    given = {BUCKET: bucket, PREFIX: prefix, **parameters}
    return [
        ["s3", "cp", "--recursive", str(dist), f"s3://{bucket}/{prefix}"],
        [
            *("cloudformation", "deploy", "--stack-name", stack),
            *("--template-file", str(dist / TEMPLATE)),
            *("--s3-bucket", bucket, "--s3-prefix", f"{prefix}templates"),
            *("--capabilities", "CAPABILITY_IAM"),
            *("--parameter-overrides", *(f"{name}={value}" for name, value in given.items())),
        ],
    ]


def _aws(arguments: Sequence[str], environment: Mapping[str, str]) -> str:
    cli = Path(sys.executable).with_name("aws")
    done = subprocess.run(  # noqa: S603 - our own arguments
        [cli, *arguments, "--output", "json"],
        env=dict(environment),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise NotInstalledError(f"aws {' '.join(arguments[:2])} failed:\n{done.stderr}")
    return done.stdout

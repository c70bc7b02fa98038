"""Writes the CloudFormation template: no AWS account, no Docker, no look-ups."""

import json
from collections.abc import Mapping
from pathlib import Path

from aws_cdk import App

from infra.names import ROOT, STACK_NAME
from infra.stack import SegmentJobsStack


def build(outdir: Path, context: Mapping[str, object]) -> App:
    """Build the app from cdk.json's context, overridden by `context`, without writing anything."""
    defaults = json.loads((ROOT / "cdk.json").read_text())["context"]
    app = App(
        outdir=str(outdir),
        context={**defaults, **context},
        stack_traces=False,
        analytics_reporting=False,
        # cfn-lint and cdk-nag check the template in the tests; this takes five seconds of every start.
        builtin_cloud_formation_validation=False,
        tree_metadata=False,
    )
    SegmentJobsStack(app, STACK_NAME)
    return app


def synthesise(outdir: Path, context: Mapping[str, object]) -> Path:
    """Write the template and its assets into `outdir`.

    Args:
        outdir: the folder of the cloud assembly, `cdk.out` for the CDK CLI.
        context: what overrides the context in cdk.json, such as `{"pieceBytes": "1048576"}`;
            `{"localDependencies": True}` leaves the layers empty and downloads nothing.

    Returns:
        The template's path; `<stack>.assets.json` beside it lists the assets.

    Raises:
        DependenciesNotBundledError: the packages for the layer could not be downloaded.
    """
    assembly = build(outdir, context).synth()
    return Path(assembly.get_stack_by_name(STACK_NAME).template_full_path)

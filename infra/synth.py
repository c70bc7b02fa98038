"""Writes the CloudFormation template: no AWS account, no Docker, no look-ups."""

import json
from collections.abc import Mapping
from pathlib import Path

from aws_cdk import App

from infra.names import ROOT, STACK_NAME
from infra.settings_file import LAPTOP
from infra.stack import SegmentJobsStack


def build(outdir: Path, chosen: Mapping[str, object]) -> App:
    """Build the app with the settings that `chosen` names, without writing anything; see `synthesise`."""
    chosen = dict(chosen)
    laptop = chosen.pop(LAPTOP, False)
    flags = json.loads((ROOT / "cdk.json").read_text())["context"]
    app = App(
        outdir=str(outdir),
        context={**flags, LAPTOP: laptop},
        stack_traces=False,
        analytics_reporting=False,
        # cfn-lint and cdk-nag check the template in the tests; this takes five seconds of every start.
        builtin_cloud_formation_validation=False,
        tree_metadata=False,
    )
    SegmentJobsStack(app, STACK_NAME, chosen)
    return app


def synthesise(outdir: Path, chosen: Mapping[str, object]) -> Path:
    """Write the template and its assets into `outdir`.

    Args:
        outdir: the folder of the cloud assembly, `cdk.out` for the CDK CLI.
        chosen: the settings that are not the defaults, such as `{"pieceBytes": 1048576}`;
            `{"localDependencies": True}` leaves the layers empty and downloads nothing.

    Returns:
        The template's path; `<stack>.assets.json` beside it lists the assets.

    Raises:
        SettingsInvalidError: a setting is unknown, or its value is not allowed.
        DependenciesNotBundledError: the packages for the layer could not be downloaded.
    """
    assembly = build(outdir, chosen).synth()
    return Path(assembly.get_stack_by_name(STACK_NAME).template_full_path)

"""The CDK app: `python app.py` writes the CloudFormation template and its assets into cdk.out."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
sys.path.insert(0, str(ROOT / "functions"))

from infra.synth import synthesise  # noqa: E402 - the functions' folder has to be on the path first

if __name__ == "__main__":
    # The CDK CLI names the folder it wants in CDK_OUTDIR, and its own context in CDK_CONTEXT_JSON.
    synthesise(Path(os.environ.get("CDK_OUTDIR", ROOT / "cdk.out")), {})

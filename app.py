"""The CDK app: `python app.py` writes the CloudFormation template and its assets into cdk.out."""

import json
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
sys.path.insert(0, str(ROOT / "functions"))

from infra.settings import SettingsInvalidError  # noqa: E402 - the functions' folder has to be on the path first
from infra.settings_file import LAPTOP, lines, read_settings, refuse_context, settings_file  # noqa: E402
from infra.synth import synthesise  # noqa: E402


def main() -> None:
    """Synthesise with the settings of the deployment's file, and show them.

    The CDK CLI names the folder it wants in CDK_OUTDIR, and its own context in CDK_CONTEXT_JSON.
    """
    file = settings_file()
    context = json.loads(os.environ.get("CDK_CONTEXT_JSON", "{}"))
    try:
        refuse_context(context)
        chosen = read_settings(file)
    except SettingsInvalidError as error:
        sys.exit(str(error))
    sys.stderr.write(f"Settings (* from {file}):\n" + "".join(f"{line}\n" for line in lines(chosen)))
    laptop = {LAPTOP: True} if context.get(LAPTOP) else {}
    synthesise(Path(os.environ.get("CDK_OUTDIR", ROOT / "cdk.out")), {**chosen, **laptop})


if __name__ == "__main__":
    main()

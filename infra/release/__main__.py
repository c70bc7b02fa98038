"""`make release`: writes the template, the archives, their checksums and the pages on installing into dist/."""

import tempfile
from pathlib import Path

from infra.names import ROOT
from infra.release.writing import write_release
from infra.synth import synthesise

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        template = synthesise(Path(temporary), {})
        for file in write_release(template, ROOT / "dist"):
            print(file.relative_to(ROOT))  # noqa: T201 - what the command made

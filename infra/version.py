"""The version of Segment Jobs; pyproject.toml is its only place."""

import tomllib

from infra.names import ROOT

VERSION: str = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]

"""A release of this checkout, with empty layers."""

import json
from pathlib import Path

import pytest

from infra.release.writing import TEMPLATE, write_release


@pytest.fixture(scope="session")
def dist(template_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    write_release(template_path, folder)
    return folder


@pytest.fixture(scope="session")
def body(dist: Path) -> dict:
    return json.loads((dist / TEMPLATE).read_text())

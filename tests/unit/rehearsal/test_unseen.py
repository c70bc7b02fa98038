from pathlib import Path

import pytest

from rehearsal.unseen import RARE, reason_for

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize(
    "path", sorted(set(RARE.values()), key=lambda path: path.test), ids=lambda path: path.test
)
def test_each_path_that_no_rehearsal_takes_has_a_test(path):
    file, _, name = path.test.partition("::")
    assert f"def {name}(" in (ROOT / file).read_text()


def test_a_grant_without_a_reason_has_none():
    assert reason_for("s3:GetObject", "api s3:GetObject uploads/*") == ""
    assert "Lambda itself" in reason_for("logs:PutLogEvents", "api logs:PutLogEvents log-group")

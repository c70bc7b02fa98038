"""A cold start imports what its function uses, and nothing that is dear and of no use to it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

FUNCTIONS = Path("functions")
HANDLERS = sorted(path.parent.name for path in FUNCTIONS.glob("*/handler.py"))
APIS = ("api", "experience_platform_api")
# Its SDK makes two boto3 clients at import. Lambda's own tracing needs none of it.
NOWHERE = {"aws_xray_sdk", "wrapt", "pytest", "moto"}
NOT_IN_STEPS = {"pydantic", "aws_lambda_powertools.event_handler"}


def imported_by(handler: str) -> set[str]:
    """The modules that a process has after it imported a handler."""
    code = f"import sys, {handler}.handler; print(*sys.modules)"
    path = ":".join([str(FUNCTIONS), *sys.path])
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": path, "AWS_DEFAULT_REGION": "eu-north-1"},
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.split())


@pytest.mark.parametrize("handler", HANDLERS)
def test_a_handler_imports_nothing_dear_that_it_does_not_use(handler: str) -> None:
    dear = NOWHERE | (NOT_IN_STEPS if handler not in APIS else set())
    assert not imported_by(handler) & dear

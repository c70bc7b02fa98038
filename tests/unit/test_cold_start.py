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
NOT_AT_IMPORT = {"pydantic", "audience.jobs", "audience.segments"}
NOT_IN_STEPS = {"pydantic", "aws_lambda_powertools.event_handler"}
# What of an API's requests is read without pydantic.
WITHOUT_MODELS = ("api.routes.endpoints", "api.routes.users")


def imported_by(*modules: str) -> set[str]:
    """The modules that a process has after it imported some."""
    code = f"import sys, {', '.join(modules)}; print(*sys.modules)"
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
    dear = NOWHERE | (NOT_AT_IMPORT if handler in APIS else NOT_IN_STEPS)
    assert not imported_by(f"{handler}.handler") & dear


@pytest.mark.parametrize("api", APIS)
def test_an_api_imports_its_routes_when_they_are_asked_for_and_boto3_before(api: str) -> None:
    imported = imported_by(f"{api}.handler")
    assert "boto3" in imported
    assert not [
        name for name in imported if name.startswith(f"{api}.routes.") and not name.endswith(".paths")
    ]


@pytest.mark.parametrize("routes", WITHOUT_MODELS)
def test_a_request_without_a_model_imports_no_pydantic(routes: str) -> None:
    assert "pydantic" not in imported_by("api.handler", routes)

"""The tables and names of the README, and of the pages it sends to, are those of the code."""

import json
import re
from typing import get_args

import botocore.session
import pytest

from api.idempotency import HEADER
from api.openapi.pinpoint import api_description
from api.routes.paths import APP
from audience.jobs.lifecycle import DETAIL_TYPE, SOURCE, entry_of
from audience.jobs.model import Job, JobKey, StatusChange
from audience.jobs.status import Status
from http_api.call import MAX_BODY_BYTES
from http_api.openapi.document import openapi_document
from infra.names import ROOT
from infra.settings import SETTINGS, shown
from infra.storage import TEMPORARY_DAYS
from infra.version import VERSION

TEXT = (ROOT / "README.md").read_text()
ACCESS, DEPLOY, JOBS, LIMITS = (
    (ROOT / "docs" / f"{page}.md").read_text() for page in ("access", "deploy", "jobs", "limits")
)


def table(head, text=TEXT):
    """The cells of the table whose head begins so, row by row."""
    lines = text[text.index(f"| {head}") :].splitlines()[2:]
    rows = [line for line in lines[: lines.index("")] if line]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in rows]


def test_every_operation_has_its_method_and_path_for_policies():
    pinpoint = botocore.session.get_session().get_service_model("pinpoint").operation_names
    rules = {}
    for path, methods in openapi_document(api_description(VERSION))["paths"].items():
        for method, operation in methods.items():
            if method != "options":
                rules[operation["operationId"]] = f"`{method.upper()}{re.sub(r'{[^}]+}', '*', path)}`"
    actions = {f"`mobiletargeting:{name}`": rule for name, rule in rules.items() if name in pinpoint}
    own = {f"`{name}`": rule for name, rule in rules.items() if name not in pinpoint}
    assert dict(table("action of Pinpoint", ACCESS)) == actions
    assert dict(table("operation |", ACCESS)) == own


def described():
    """The paths of the operations, without OPTIONS, by the operations' names."""
    found = {}
    for path, methods in openapi_document(api_description(VERSION))["paths"].items():
        for method, operation in methods.items():
            if method != "options":
                found[operation["operationId"]] = path
    return found


def test_the_operations_are_those_of_the_api_and_have_its_paths():
    operations, told = described(), []
    for cell, paths in table("operations | paths"):
        names = re.findall(r"[A-Z][A-Za-z]+", re.sub(r"`[^`]*`|:.*", "", cell))
        told += names
        shown = {path.replace("…", APP) for path in re.findall(r"`([^`]+)`", paths)}
        assert shown == {operations[name] for name in names}, cell
    assert sorted(told) == sorted(operations)


def test_readme_marks_operations_that_pinpoint_does_not_have():
    told = " ".join(cell for cell, _ in table("operations | paths"))
    pinpoint = botocore.session.get_session().get_service_model("pinpoint")
    assert set(re.findall(r"\*(\w+)\*", told)) == described().keys() - set(pinpoint.operation_names)


def test_the_settings_are_those_of_a_deployment_with_their_defaults():
    told = {name.strip("`"): default.strip("`") for name, default, _ in table("setting |", DEPLOY)}
    assert told == {name: shown(setting.default) for name, setting in SETTINGS.items()}


def test_the_limit_of_a_request_is_the_codes():
    limits = dict(table("what | limit", LIMITS))
    assert limits["a request"].startswith(f"{MAX_BODY_BYTES // 1024**2} MB,")


@pytest.mark.parametrize(
    "page", [ROOT / "README.md", *(ROOT / "docs").glob("*.md")], ids=lambda page: page.stem
)
def test_the_targets_that_documents_name_are_the_makefiles(page):
    told = set(re.findall(r"(?:`|^)make ([a-z]+)\b", page.read_text(), re.MULTILINE))
    assert told <= set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))


@pytest.fixture
def detail():
    counts = ("total_pieces", "completed_pieces", "failed_pieces", "total_processed", "total_failures")
    changes = (StatusChange("CREATED", "now"),)
    job = Job(JobKey("app", "IMPORT", "job"), "now", {}, changes=changes, **dict.fromkeys(counts, 0))
    return json.loads(entry_of(job, 0)["Detail"])


def test_the_events_of_a_job_are_described_with_all_their_members(detail):
    events = JOBS[JOBS.index("- **Events**: each change") :].partition("\n\n")[0]
    assert {SOURCE, DETAIL_TYPE, *detail} <= set(re.findall(r"`([^`]+)`", " ".join(events.split())))


def test_the_page_on_jobs_names_what_changes_their_course():
    for word in (f"`{HEADER}`", '`"DryRun": true`', "**PENDING_JOB**", "`NotAttemptedPieces`"):
        assert word in JOBS
    assert f"kept for {TEMPORARY_DAYS} days" in " ".join(JOBS.split())


def test_the_page_on_jobs_explains_every_status():
    told = [status for cell, _ in table("status | what happens", JOBS) for status in cell.split(", ")]
    assert sorted(told) == sorted(get_args(Status))

"""`python app.py`, as the CDK CLI runs it."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from infra.names import ROOT
from infra.settings import SettingsInvalidError
from infra.synth import synthesise
from infra.version import VERSION
from tests.infra.contexts import CHOSEN, LOCAL
from tests.infra.reading import Template


@pytest.fixture
def app(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess]:
    """Runs `app.py` without an account, Docker or git, with these CDK context and variables."""
    node = shutil.which("node")
    assert node is not None
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "node").symlink_to(node)

    def run(context: dict[str, object], **variables: str) -> subprocess.CompletedProcess:
        environment = {
            "PATH": str(tools),
            "HOME": str(tmp_path),
            "CDK_OUTDIR": str(tmp_path / "cdk.out"),
            "CDK_CONTEXT_JSON": json.dumps(context),
            **variables,
        }
        command = [sys.executable, ROOT / "app.py"]
        return subprocess.run(command, env=environment, cwd=ROOT, check=False, capture_output=True, text=True)

    return run


def test_the_app_writes_the_template_of_its_settings_file_and_shows_the_settings(
    chosen: Template, app: Callable[..., subprocess.CompletedProcess], tmp_path: Path
) -> None:
    file = tmp_path / "test.json"
    file.write_text(json.dumps({name: value for name, value in CHOSEN.items() if name not in LOCAL}))
    done = app(LOCAL, SETTINGS=str(file))
    assert done.returncode == 0, done.stderr
    assert Template.load(tmp_path / "cdk.out" / "SegmentJobs.template.json") == chosen
    assert f"Settings (* from {file}):" in done.stderr
    assert re.search(r"^\* maxConcurrency +8$", done.stderr, re.MULTILINE)
    assert re.search(r"^  maxRunningImports +10$", done.stderr, re.MULTILINE)


def test_settings_of_the_cdks_context_are_refused(app: Callable[..., subprocess.CompletedProcess]) -> None:
    for name in ("maxConcurrency", "maxconcurency"):
        done = app({**LOCAL, name: "8"})
        assert done.returncode == 1
        assert f"-c {name}=…: settings are read from a file only" in done.stderr
        assert "write maxConcurrency into deployment.json" in done.stderr


def test_a_wrong_settings_file_is_refused_without_a_trace(
    app: Callable[..., subprocess.CompletedProcess], tmp_path: Path
) -> None:
    missing = tmp_path / "missing.json"
    done = app(LOCAL, SETTINGS=str(missing))
    assert done.returncode == 1
    assert done.stderr.endswith(f"{missing}: cannot be read: No such file or directory\n")
    assert "Traceback" not in done.stderr


def test_the_template_holds_what_a_deployment_chose(template: Template, chosen: Template) -> None:
    assert template.body["Metadata"] == {"Settings": {}}
    settings = {name: value for name, value in CHOSEN.items() if name not in LOCAL}
    assert chosen.body["Metadata"] == {"Settings": settings}


def test_a_deployment_sets_the_size_of_pieces(chosen: Template) -> None:
    variables = chosen.functions()["plan_import"]["Environment"]["Variables"]
    assert variables["PIECE_BYTES"] == "1048576"


def test_a_deployment_sets_how_many_workers_of_a_job_run_at_a_time(
    template: Template, chosen: Template
) -> None:
    for folder in ("plan_import", "plan_export", "plan_profile_export", "plan_attribute_removal"):
        assert template.functions()[folder]["Environment"]["Variables"]["MAX_CONCURRENCY"] == "40"
        assert chosen.functions()[folder]["Environment"]["Variables"]["MAX_CONCURRENCY"] == "8"


def test_a_deployment_sets_the_token_issuer_and_the_default_is_none(
    template: Template, chosen: Template
) -> None:
    def tokens(one: Template) -> tuple[str, str]:
        variables = one.functions()["authorize_call"]["Environment"]["Variables"]
        return variables["TOKEN_ISSUER"], variables["TOKEN_AUDIENCE"]

    assert tokens(template) == ("", "")
    assert tokens(chosen) == ("https://issuer.example.com", "segment-jobs")


def test_synthesis_fails_for_an_issuer_without_an_audience(tmp_path: Path) -> None:
    issuer = {**LOCAL, "tokenIssuer": "https://issuer.example.com"}
    for audience in ("", " "):
        with pytest.raises(SettingsInvalidError, match=r"tokenAudience: is empty, but tokenIssuer is"):
            synthesise(tmp_path, {**issuer, "tokenAudience": audience})


def test_the_template_has_no_parameters_and_no_custom_resources(template: Template) -> None:
    assert set(template.body) == {"Description", "Metadata", "Resources", "Outputs"}
    kinds = {one["Type"] for one in template.body["Resources"].values()}
    assert not {kind for kind in kinds if "Custom" in kind or kind == "AWS::SSM::Parameter"}


def test_the_stack_has_exactly_these_outputs(template: Template) -> None:
    assert set(template.body["Outputs"]) == {
        "ApiArn",
        "ApiUrl",
        "ExperiencePlatformApiUrl",
        "WorkerRoleArn",
        "BucketName",
        "ControlTableName",
        "EndpointsTableName",
        "ImportStateMachineArn",
        "ExportStateMachineArn",
        "ProfileExportStateMachineArn",
        "AttributeRemovalStateMachineArn",
        "Version",
    }


def test_the_stack_says_which_version_it_is(template: Template) -> None:
    assert template.body["Description"].startswith(f"Segment Jobs {VERSION}: ")
    assert template.body["Outputs"]["Version"]["Value"] == VERSION

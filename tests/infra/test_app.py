"""`python app.py`, as the CDK CLI runs it."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from infra.names import ROOT
from infra.settings import MissingAudienceError
from infra.synth import synthesise
from tests.infra.contexts import LOCAL
from tests.infra.reading import Template


def test_the_app_writes_the_same_template_without_an_account_docker_or_git(
    template: Template, tmp_path: Path
) -> None:
    node = shutil.which("node")
    assert node is not None
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "node").symlink_to(node)
    environment = {
        "PATH": str(tools),
        "HOME": str(tmp_path),
        "CDK_OUTDIR": str(tmp_path / "cdk.out"),
        "CDK_CONTEXT_JSON": json.dumps(LOCAL),
    }
    subprocess.run(
        [sys.executable, ROOT / "app.py"], env=environment, cwd=ROOT, check=True, capture_output=True
    )
    assert Template.load(tmp_path / "cdk.out" / "SegmentJobs.template.json") == template


def test_a_deployment_sets_the_size_of_pieces(chosen: Template) -> None:
    variables = chosen.functions()["plan_import"]["Environment"]["Variables"]
    assert variables["PIECE_BYTES"] == "1048576"


def test_a_deployment_sets_how_many_workers_of_a_job_run_at_a_time(
    template: Template, chosen: Template
) -> None:
    for folder in ("plan_import", "plan_export", "plan_profile_export"):
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
        with pytest.raises(MissingAudienceError, match=r"tokenIssuer is .* but tokenAudience is empty"):
            synthesise(tmp_path, {**issuer, "tokenAudience": audience})


def test_the_template_has_no_parameters_and_no_custom_resources(template: Template) -> None:
    assert set(template.body) == {"Description", "Resources", "Outputs"}
    kinds = {one["Type"] for one in template.body["Resources"].values()}
    assert not {kind for kind in kinds if "Custom" in kind or kind == "AWS::SSM::Parameter"}


def test_the_stack_has_exactly_these_outputs(template: Template) -> None:
    assert set(template.body["Outputs"]) == {
        "ApiUrl",
        "ExperiencePlatformApiUrl",
        "WorkerRoleArn",
        "BucketName",
        "ControlTableName",
        "EndpointsTableName",
        "ImportStateMachineArn",
        "ExportStateMachineArn",
    }

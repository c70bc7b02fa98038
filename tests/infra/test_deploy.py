"""`make deploy`: nothing is lost unseen, and nobody is asked where nobody can answer."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError, NoCredentialsError

from infra import deploy as module
from infra.deploy import NotDeployedError, approval, compare
from infra.deployed import Change, changes, cloudformation

NO_STACK = ("ValidationError", "Stack with id SegmentJobs does not exist")


@pytest.fixture
def stack() -> Callable[..., Any]:
    """Makes a CloudFormation whose stack has this in its template's metadata, or that answers with an error."""

    def make(
        metadata: dict | None = None, *, error: tuple[str, str] | None = None, failed: bool = False
    ) -> Callable[[], Any]:
        status = "ROLLBACK_COMPLETE" if failed else "UPDATE_COMPLETE"
        template = {"Metadata": metadata} if metadata else {}

        def describe(StackName: str) -> dict:  # noqa: N803 - boto3's names
            assert StackName == "SegmentJobs"
            if error:
                code, message = error
                raise ClientError({"Error": {"Code": code, "Message": message}}, "DescribeStacks")
            return {"Stacks": [{"StackStatus": status}]}

        client = SimpleNamespace(
            describe_stacks=describe,
            get_template=lambda StackName: {"TemplateBody": template},  # noqa: N803, ARG005
        )
        return lambda: client

    return make


def settings(**chosen: object) -> dict:
    return {"Settings": chosen}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    found = tmp_path / "deployment.json"
    found.write_text("{}")
    return found


def test_a_setting_that_a_deployment_would_reset_is_shown_and_asked_about(
    stack: Any, file: Path, capsys: pytest.CaptureFixture
) -> None:
    asked: list[str] = []

    def no(question: str) -> str:
        asked.append(question)
        return ""

    with pytest.raises(NotDeployedError, match="Nothing was deployed"):
        compare(file, {}, stack(settings(maxConcurrency=80)), ask=no)
    assert "maxConcurrency: 80 -> 40" in capsys.readouterr().out
    assert len(asked) == 1


def test_without_a_settings_file_nothing_is_reset_even_where_nobody_is_asked(stack: Any, file: Path) -> None:
    file.unlink()
    with pytest.raises(NotDeployedError) as raised:
        compare(file, {}, stack(settings(maxConcurrency=80)), ask=None)
    assert "maxConcurrency: 80 -> 40" in str(raised.value)
    assert '{"maxConcurrency": 80}' in str(raised.value)


def test_changes_of_a_settings_file_are_shown_where_nobody_is_asked(
    stack: Any, file: Path, capsys: pytest.CaptureFixture
) -> None:
    compare(file, {"pieceBytes": 2048}, stack(settings()), ask=None)
    assert "pieceBytes: 4194304 -> 2048" in capsys.readouterr().out


def test_the_same_settings_and_a_first_deployment_ask_nothing(
    stack: Any, file: Path, capsys: pytest.CaptureFixture
) -> None:
    compare(file, {"maxConcurrency": "80"}, stack(settings(maxConcurrency=80)), ask=pytest.fail)
    assert capsys.readouterr().out == ""
    compare(file, {"maxConcurrency": 80}, stack(error=NO_STACK), ask=pytest.fail)
    assert "first deployment" in capsys.readouterr().out


def test_a_first_deployment_that_failed_is_tried_again_with_any_settings(
    stack: Any, file: Path, capsys: pytest.CaptureFixture
) -> None:
    file.unlink()
    compare(file, {}, stack(settings(maxConcurrency=80), failed=True), ask=pytest.fail)
    assert "first deployment" in capsys.readouterr().out


def test_a_stack_of_a_version_without_settings_in_its_template_has_the_defaults(
    stack: Any, file: Path
) -> None:
    compare(file, {}, stack(None), ask=pytest.fail)


def test_who_may_not_read_the_stack_deploys_by_a_settings_file_only(
    stack: Any, file: Path, capsys: pytest.CaptureFixture
) -> None:
    denied = ("AccessDenied", "no")
    compare(file, {}, stack(error=denied), ask=pytest.fail)
    assert "cannot be read: AWS refused DescribeStacks: AccessDenied" in capsys.readouterr().out
    file.unlink()
    with pytest.raises(NotDeployedError, match=r"Write what you want into deployment.json"):
        compare(file, {}, stack(error=denied), ask=None)


def test_nothing_is_deployed_without_credentials(file: Path) -> None:
    def none() -> Any:
        raise NoCredentialsError

    with pytest.raises(NotDeployedError, match="Unable to locate credentials"):
        compare(file, {}, none, ask=None)


def test_settings_of_other_versions_are_compared_as_far_as_they_are_known() -> None:
    deployed = {"colour": "red", "maxConcurrency": "many"}
    assert changes(deployed, {}) == [Change("maxConcurrency", '"many"', "40")]


def test_approval_needs_a_terminal_unless_nobody_is_to_be_asked() -> None:
    assert approval({}, terminal=True) == approval({"APPROVE": ""}, terminal=True) == "broadening"
    assert approval({"APPROVE": "never"}, terminal=False) == "never"
    with pytest.raises(NotDeployedError, match=r"no terminal to answer on.*APPROVE=never"):
        approval({}, terminal=False)
    with pytest.raises(
        NotDeployedError, match=r"APPROVE is 'yes': it is one of broadening, any-change, never"
    ):
        approval({"APPROVE": "yes"}, terminal=True)


@pytest.mark.parametrize("variable", ["AWS_REGION", "AWS_DEFAULT_REGION"])
def test_the_region_is_the_cdk_clis(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    for name in ("AWS_REGION", "AMAZON_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(variable, "eu-central-1")
    assert cloudformation().meta.region_name == "eu-central-1"


def test_the_cdk_cli_deploys_what_was_synthesised_with_the_files_settings(
    stack: Any, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.write_text('{"maxConcurrency": 80}')
    done: list[Any] = []

    def run(command: list[str], **_: object) -> SimpleNamespace:
        done.append(command)
        return SimpleNamespace(returncode=len(done) - 1)

    monkeypatch.setattr(module, "synthesise", lambda _, chosen: done.append(chosen))
    monkeypatch.setattr(module.subprocess, "run", run)
    variables = {"SETTINGS": str(file), "APPROVE": "never"}
    with pytest.raises(NotDeployedError, match="The CDK CLI did not deploy"):
        module.deploy(variables, stack(error=NO_STACK), terminal=False)
    chosen, command = done
    assert chosen == {"maxConcurrency": 80}
    assert command[0].endswith("node_modules/.bin/cdk")
    assert command[1:] == ["deploy", "--app", str(module.OUT), "--require-approval", "never"]

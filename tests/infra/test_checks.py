"""The template under cfn-lint, cdk-nag and moto."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import boto3
import pytest
from cdk_nag import AwsSolutionsChecks
from cfnlint.api import lint_file
from cfnlint.config import ManualArgs
from moto import mock_aws

from infra import stack
from infra.nag import findings
from infra.names import ROOT, STACK_NAME
from infra.settings import StackSettings
from infra.state_machines import STATE_MACHINES
from infra.synth import build
from tests.infra.contexts import LOCAL
from tests.infra.machine import Machine
from tests.infra.reading import name

# W3005: CDK lists a role in DependsOn that the function refers to anyway; it does no harm.
LINT = ManualArgs(regions=["us-east-1"], ignore_checks=["W3005"])


def lint(path: Path) -> list[str]:
    return [f"{match.rule.id} {match.message}" for match in lint_file(path, LINT)]


def violations(app) -> set[tuple[str, str]]:
    """Rule and the part of the stack it is found in."""
    report = AwsSolutionsChecks(app).validate_scope(app)
    return {
        (violation.rule_name, resource.construct_path.split("/")[1])
        for violation in report.violations
        for resource in violation.violating_resources
    }


def test_cfn_lint_finds_nothing_in_the_template(template_path: Path) -> None:
    assert lint(template_path) == []


@pytest.mark.parametrize("file", ["role.yaml", "job-ended.yaml"])
def test_cfn_lint_finds_nothing_in_the_templates_that_customers_deploy(file: str) -> None:
    assert lint(ROOT / "docs" / file) == []


@pytest.mark.parametrize("broken", ["Resource", "Type"])
def test_cfn_lint_checks_the_state_machines_too(template_path: Path, tmp_path: Path, broken: str) -> None:
    body = json.loads(template_path.read_text())
    (machine,) = (
        one
        for key, one in body["Resources"].items()
        if one["Type"] == "AWS::StepFunctions::StateMachine" and name(key) == "ImportJob"
    )
    definition = json.loads(machine["Properties"]["DefinitionString"])
    del definition["States"]["Plan Import"][broken]
    machine["Properties"]["DefinitionString"] = json.dumps(definition)
    path = tmp_path / "broken.json"
    path.write_text(json.dumps(body))
    assert any(found.startswith("E3601") and f"'{broken}'" in found for found in lint(path))


def test_every_cdk_nag_finding_is_acknowledged(tmp_path: Path) -> None:
    assert violations(build(tmp_path, LOCAL)) == set()


def test_every_acknowledged_finding_exists_and_has_a_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stack, "acknowledge", lambda *_: None)
    app = build(tmp_path, LOCAL)
    known = findings(app.node.find_child(STACK_NAME), StackSettings.of({}))
    assert {(f"AwsSolutions-{one.rule}", one.path) for one in known} == violations(app)
    assert all(one.reason.endswith(".") for one in known)


@contextmanager
def engine() -> Iterator[None]:
    """The engine beside a local stack that may run in this process: nothing of the stack's is reset or removed."""
    moto = mock_aws(config={"stepfunctions": {"execute_state_machine": True}})
    moto.start(reset=False)
    try:
        yield
    finally:
        moto.stop(remove_data=False)


@pytest.mark.parametrize("machine", STATE_MACHINES)
def test_moto_accepts_the_state_machines(machine: str) -> None:
    definition = Machine.load(machine).text
    with engine():
        states = boto3.client("stepfunctions", region_name="us-east-1")
        role = "arn:aws:iam::123456789012:role/states"
        created = states.create_state_machine(name=machine, definition=definition, roleArn=role)
        found = states.describe_state_machine(stateMachineArn=created["stateMachineArn"])
    assert found["definition"] == definition

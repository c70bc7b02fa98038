"""A release's template: CloudFormation installs it by itself, and with its defaults it is the CDK's."""

import copy
import json
import re
from dataclasses import fields

import pytest

from infra.names import ROOT
from infra.release.parameters import ASSETS, FIXED, SETTINGS, parameter_of
from infra.release.template import NotInstallableError, installable
from infra.release.writing import TEMPLATE
from infra.settings import StackSettings
from tests.infra.test_checks import lint

NONE = {"Ref": "AWS::NoValue"}
LARGEST = (
    1024 * 1024
)  # https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
FOR_THE_LAPTOP = "local_dependencies"


def with_parameters(body, **chosen):
    """The template with its parameters and conditions resolved as CloudFormation does it."""
    values = {name: chosen.get(name, one.get("Default")) for name, one in body["Parameters"].items()}

    def holds(condition):
        ((function, argument),) = condition.items()
        if function == "Fn::Not":
            return not holds(argument[0])
        assert function == "Fn::Equals"
        return resolved(argument[0]) == argument[1]

    def resolved(part):
        if isinstance(part, list):
            return [resolved(one) for one in part]
        if not isinstance(part, dict):
            return part
        if part.get("Ref") in values:
            value = values[part["Ref"]]
            whole = body["Parameters"][part["Ref"]]["Type"] == "CommaDelimitedList"
            return value.split(",") if whole else str(value)
        if "Fn::If" in part:
            condition, one, other = part["Fn::If"]
            return resolved(one if holds(body["Conditions"][condition]) else other)
        if "Fn::Join" in part and part["Fn::Join"][0] == ",":
            return ",".join(resolved(part["Fn::Join"][1]))
        found = {key: resolved(one) for key, one in part.items()}
        return {key: one for key, one in found.items() if one != NONE}

    return resolved(body["Resources"])


def of_type(resources, kind):
    return [one["Properties"] for one in resources.values() if one["Type"] == kind]


def without_code(resources):
    """The resources without what a release changes on purpose: where archives are, notes of the CDK."""
    made = copy.deepcopy(resources)
    for one in made.values():
        one.pop("Metadata", None)
        for member in ("Code", "Content"):
            one["Properties"].pop(member, None)
        for statement in one["Properties"].get("PolicyDocument", {}).get("Statement", []):
            if isinstance(statement.get("Resource"), list) and len(statement["Resource"]) == 1:
                statement["Resource"] = statement["Resource"][0]
    return made


def test_with_its_defaults_it_is_the_template_of_the_cdk(template, body):
    assert without_code(with_parameters(body)) == without_code(template.body["Resources"])
    assert body["Outputs"] == template.body["Outputs"]


def test_it_needs_nothing_of_the_cdk(body):
    assert "cdk" not in json.dumps(body).lower()
    assert {"BootstrapVersion", "AssetParameters"}.isdisjoint(body["Parameters"])


def test_cfn_lint_finds_nothing(dist):
    assert lint(dist / TEMPLATE) == []


def test_it_is_small_enough_for_cloudformation(dist):
    assert (dist / TEMPLATE).stat().st_size < LARGEST / 2


def test_every_archive_that_it_names_is_in_the_release_and_the_other_way_round(dist, body):
    code = [
        one.get("Code") or one.get("Content")
        for kind in ("Function", "LayerVersion")
        for one in of_type(body["Resources"], f"AWS::Lambda::{kind}")
    ]
    assert {json.dumps(one["S3Bucket"]) for one in code} == {'{"Ref": "AssetsBucket"}'}
    named = {re.fullmatch(r"\$\{AssetsPrefix}(.+)", one["S3Key"]["Fn::Sub"])[1] for one in code}
    assert named == {file.name for file in dist.glob("*.zip")}


def snake(names):
    return {re.sub(r"(?=[A-Z])", "_", name).lower() for name in names}


def test_every_setting_of_a_deployment_is_a_parameter_or_is_told_to_be_fixed(body):
    known = {field.name for field in fields(StackSettings)} - {FOR_THE_LAPTOP}
    assert snake(SETTINGS) == known - snake(FIXED)
    page = (ROOT / "docs" / "install.md").read_text()
    assert all(f"`{name}`" in page for name in FIXED)
    assert set(body["Parameters"]) == {*ASSETS, *map(parameter_of, SETTINGS)}


def test_every_default_is_what_its_parameter_allows(body):
    for name, one in body["Parameters"].items():
        if "AllowedPattern" in one and "Default" in one:
            assert re.fullmatch(one["AllowedPattern"], str(one["Default"])), name
        if one["Type"] == "Number":
            assert one["MinValue"] <= one["Default"], name


def test_chosen_numbers_reach_the_functions_that_read_them(body):
    resources = with_parameters(body, PieceBytes=2048, TokenIssuer="https://issuer", TokenAudience="me")
    variables = {}
    for function in of_type(resources, "AWS::Lambda::Function"):
        variables |= function["Environment"]["Variables"]
    assert variables["PIECE_BYTES"] == "2048"
    assert (variables["TOKEN_ISSUER"], variables["TOKEN_AUDIENCE"]) == ("https://issuer", "me")


def test_chosen_roles_are_those_that_jobs_may_name_and_the_worker_may_assume(body):
    resources = with_parameters(body, AllowedRoleArns="arn:a,arn:b")
    variables = [one["Environment"]["Variables"] for one in of_type(resources, "AWS::Lambda::Function")]
    assert {one["ALLOWED_ROLE_ARNS"] for one in variables if "ALLOWED_ROLE_ARNS" in one} == {"arn:a,arn:b"}
    statements = [one["PolicyDocument"]["Statement"] for one in of_type(resources, "AWS::IAM::Policy")]
    assert ["arn:a", "arn:b"] in [statement["Resource"] for some in statements for statement in some]


def test_a_chosen_topic_is_told_by_every_alarm(body):
    alarms = of_type(with_parameters(body, AlarmTopicArn="arn:topic"), "AWS::CloudWatch::Alarm")
    assert alarms
    assert all(alarm["AlarmActions"] == ["arn:topic"] for alarm in alarms)


@pytest.mark.parametrize(
    ("chosen", "warm"),
    [
        ({"EndpointsWarmReads": "15000"}, {"ReadUnitsPerSecond": "15000"}),
        ({"EndpointsWarmWrites": "6000"}, {"WriteUnitsPerSecond": "6000"}),
        (
            {"EndpointsWarmReads": "15000", "EndpointsWarmWrites": "6000"},
            {"ReadUnitsPerSecond": "15000", "WriteUnitsPerSecond": "6000"},
        ),
    ],
)
def test_warm_throughput_holds_what_is_chosen_alone(body, chosen, warm):
    tables = of_type(with_parameters(body, **chosen), "AWS::DynamoDB::Table")
    assert [one["WarmThroughput"] for one in tables if "WarmThroughput" in one] == [warm]


def test_an_archive_that_nobody_made_is_an_error(template):
    with pytest.raises(NotInstallableError, match="no archive was made for"):
        installable(template.body, {})


def test_a_setting_without_its_place_is_an_error(template):
    body = copy.deepcopy(template.body)
    body["Resources"] = {
        key: one for key, one in body["Resources"].items() if one["Type"] != "AWS::CloudWatch::Alarm"
    }
    archives = {
        one["Properties"][member]["S3Key"]: "a.zip"
        for one in body["Resources"].values()
        for member in ("Code", "Content")
        if member in one["Properties"]
    }
    with pytest.raises(NotInstallableError, match="alarmTopicArn has no place"):
        installable(body, archives)

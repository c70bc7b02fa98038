"""References in the template become names and ARNs of the local account."""

import json
from pathlib import Path
from typing import Any

import pytest

from local.deploy import functions_of
from local.intrinsics import UnsupportedTemplateError
from local.template import Template


@pytest.mark.parametrize(
    ("value", "resolved"),
    [
        ({"Ref": "Table1"}, "Stack-Table1"),
        ({"Ref": "Bucket1"}, "stack-bucket1"),
        ({"Ref": "Machine1"}, "arn:aws:states:us-east-1:123456789012:stateMachine:Stack-Machine1"),
        ({"Ref": "AWS::Region"}, "us-east-1"),
        ({"Ref": "Colour"}, "blue"),
        ({"Fn::GetAtt": ["Table1", "Arn"]}, "arn:aws:dynamodb:us-east-1:123456789012:table/Stack-Table1"),
        ({"Fn::GetAtt": "Machine1.Name"}, "Stack-Machine1"),
        ({"Fn::Join": ["-", ["a", {"Ref": "Colour"}]]}, "a-blue"),
        (
            {"Fn::Sub": "${AWS::AccountId}/${Table1}/${Bucket1.Arn}"},
            "123456789012/Stack-Table1/arn:aws:s3:::stack-bucket1",
        ),
        ({"Fn::Sub": ["${X}/${!Kept}", {"X": {"Ref": "Colour"}}]}, "blue/${Kept}"),
        ({"Fn::Select": ["1", {"Fn::Split": [":", "a:b:c"]}]}, "b"),
        ({"Kept": [1, {"Ref": "AWS::NoValue"}], "Gone": {"Ref": "AWS::NoValue"}}, {"Kept": [1]}),
    ],
)
def test_resolves_references(template: Template, value: Any, resolved: Any) -> None:
    assert template.resolve(value) == resolved


@pytest.mark.parametrize(
    "value",
    [
        {"Fn::ImportValue": "x"},
        {"Ref": "Nobody"},
        {"Fn::GetAtt": ["Table1", "StreamArn"]},
        {"Fn::GetAtt": ["Stage1", "Arn"]},
    ],
)
def test_refuses_what_it_cannot_resolve(template: Template, value: Any) -> None:
    with pytest.raises(UnsupportedTemplateError):
        template.resolve(value)


def test_a_name_in_the_template_is_the_resources_name(document: dict[str, Any]) -> None:
    document["Resources"]["Table1"]["Properties"]["TableName"] = {"Fn::Sub": "${AWS::StackName}-things"}
    assert Template(document, "Stack").name("Table1") == "Stack-things"


def test_the_stack_is_named_like_the_template_file(document: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "Other.template.json"
    path.write_text(json.dumps(document))
    assert Template.read(path).name("Table1") == "Other-Table1"


def test_finds_a_resource_by_its_construct_id(template: Template) -> None:
    assert template.find("AWS::DynamoDB::Table", "Table") == "Table1"
    with pytest.raises(LookupError, match="2 resources"):
        template.find("AWS::Events::Rule", "")


def test_functions_get_name_timeout_memory_and_variables_from_the_template(template: Template) -> None:
    [function] = functions_of(template, {"LEVEL": "ERROR"})
    assert function.name == "Stack-AnswerFunction1"
    assert function.handler == "answer.handler.handler"
    assert (function.timeout_seconds, function.memory_mb) == (29.0, 512)
    assert function.environment == {"TABLE": "Stack-Table1", "LEVEL": "ERROR"}


def test_two_values_of_one_variable_are_refused(document: dict[str, Any]) -> None:
    other = json.loads(json.dumps(document["Resources"]["AnswerFunction1"]))
    other["Properties"]["Environment"]["Variables"]["TABLE"] = "another"
    document["Resources"]["OtherFunction1"] = other
    with pytest.raises(UnsupportedTemplateError, match="TABLE"):
        functions_of(Template(document, "Stack"), {})

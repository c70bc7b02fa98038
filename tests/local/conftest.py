"""A small template as the CDK writes one, and handlers of the tests' own."""

import itertools
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from local.lambdas import Function, Lambdas
from local.template import Template

_MODULES = itertools.count()

ROOT_OF_API = {"Fn::GetAtt": ["Api1", "RootResourceId"]}


def arn_of(logical_id: str) -> dict[str, Any]:
    return {"Fn::GetAtt": [logical_id, "Arn"]}


def method(name: str, resource: Any) -> dict[str, Any]:
    uri = [
        *("arn:", {"Ref": "AWS::Partition"}, ":apigateway:", {"Ref": "AWS::Region"}),
        *(":lambda:path/2015-03-31/functions/", arn_of("AnswerFunction1"), "/invocations"),
    ]
    return {
        "Type": "AWS::ApiGateway::Method",
        "Properties": {
            "HttpMethod": name,
            "ResourceId": resource,
            "RestApiId": {"Ref": "Api1"},
            "Integration": {"Type": "AWS_PROXY", "Uri": {"Fn::Join": ["", uri]}},
        },
    }


def resource(parent: Any, part: str) -> dict[str, Any]:
    return {"Type": "AWS::ApiGateway::Resource", "Properties": {"ParentId": parent, "PathPart": part}}


def gateway_response(kind: str, status: str, name: str) -> dict[str, Any]:
    body = '{"Message": $context.error.messageString, "RequestID": "$context.requestId"}'
    return {
        "Type": "AWS::ApiGateway::GatewayResponse",
        "Properties": {
            "ResponseType": kind,
            "RestApiId": {"Ref": "Api1"},
            "StatusCode": status,
            "ResponseParameters": {"gatewayresponse.header.x-amzn-ErrorType": f"'{name}'"},
            "ResponseTemplates": {"application/json": body},
        },
    }


@pytest.fixture
def document() -> dict[str, Any]:
    """A template of one table, one bucket, one function behind an API, one state machine and two rules."""
    return {
        "Parameters": {"Colour": {"Type": "String", "Default": "blue"}},
        "Resources": {
            "Table1": {"Type": "AWS::DynamoDB::Table", "Properties": {}},
            "Bucket1": {"Type": "AWS::S3::Bucket", "Properties": {}},
            "AnswerFunction1": {
                "Type": "AWS::Lambda::Function",
                "Properties": {
                    "Handler": "answer.handler.handler",
                    "Role": arn_of("Role1"),
                    "Timeout": 29,
                    "MemorySize": 512,
                    "Environment": {"Variables": {"TABLE": {"Ref": "Table1"}}},
                },
            },
            "Role1": {"Type": "AWS::IAM::Role", "Properties": {}},
            "Machine1": {"Type": "AWS::StepFunctions::StateMachine", "Properties": {}},
            "Api1": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"BinaryMediaTypes": ["image/*"]}},
            "Stage1": {
                "Type": "AWS::ApiGateway::Stage",
                "Properties": {"StageName": "prod", "RestApiId": {"Ref": "Api1"}},
            },
            "Apps": resource(ROOT_OF_API, "apps"),
            "App": resource({"Ref": "Apps"}, "{application-id}"),
            "Endpoint": resource({"Ref": "App"}, "{endpoint-id}"),
            "Jobs": resource({"Ref": "App"}, "jobs"),
            "AnyEndpoint": method("ANY", {"Ref": "Endpoint"}),
            "AnyJobs": method("ANY", {"Ref": "Jobs"}),
            "GetApps": method("GET", {"Ref": "Apps"}),
            "NotFound": gateway_response("MISSING_AUTHENTICATION_TOKEN", "404", "NotFoundException"),
            "TooLarge": gateway_response("REQUEST_TOO_LARGE", "413", "PayloadTooLargeException"),
            "Internal": gateway_response("DEFAULT_5XX", "500", "InternalServerErrorException"),
            "EndedRule": {
                "Type": "AWS::Events::Rule",
                "Properties": {
                    "EventPattern": {
                        "source": ["aws.states"],
                        "detail": {"status": ["FAILED", "ABORTED"], "stateMachineArn": [{"Ref": "Machine1"}]},
                    },
                    "Targets": [{"Id": "Target0", "Arn": arn_of("AnswerFunction1")}],
                },
            },
            "ReconcileAllRule": {
                "Type": "AWS::Events::Rule",
                "Properties": {
                    "ScheduleExpression": "rate(5 minutes)",
                    "Targets": [
                        {"Id": "Target0", "Arn": arn_of("AnswerFunction1"), "Input": '{"reconcile_all":true}'}
                    ],
                },
            },
        },
    }


@pytest.fixture
def template(document: dict[str, Any]) -> Template:
    return Template(json.loads(json.dumps(document)), "Stack")


@pytest.fixture
def function(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Function]:
    """Makes a function of the source of its handler's module."""
    monkeypatch.syspath_prepend(tmp_path)

    def make(source: str, timeout_seconds: float = 20, **environment: str) -> Function:
        module = f"local_test_handler_{next(_MODULES)}"
        (tmp_path / f"{module}.py").write_text(source)
        return Function(
            name="Stack-AnswerFunction1",
            arn="arn:aws:lambda:us-east-1:123456789012:function:Stack-AnswerFunction1",
            role="arn:aws:iam::123456789012:role/Stack-Role1",
            handler=f"{module}.handler",
            timeout_seconds=timeout_seconds,
            memory_mb=512,
            environment=environment,
        )

    return make


@pytest.fixture
def lambdas_of(function: Callable[..., Function]) -> Callable[..., Lambdas]:
    """Makes the functions of a stack with one function, of the source of its handler's module."""

    def make(source: str, timeout_seconds: float = 20, **environment: str) -> Lambdas:
        return Lambdas([function(source, timeout_seconds, **environment)])

    return make

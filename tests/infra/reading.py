"""Reads a CloudFormation template by the names of its resources."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

NAMES = {  # the beginning of a logical id -> what the tests call it
    "StorageControl": "Control",
    "StorageEndpoints": "Endpoints",
    "StorageBucket": "Bucket",
    "StorageAccessLogs": "AccessLogs",
    "AccessWorkerRole": "WorkerRole",
    "PipelinesImportJobLogs": "ImportJobLogs",
    "PipelinesExportJobLogs": "ExportJobLogs",
    "PipelinesProfileExportJobLogs": "ProfileExportJobLogs",
    "PipelinesImportJob": "ImportJob",
    "PipelinesExportJob": "ExportJob",
    "PipelinesProfileExportJob": "ProfileExportJob",
    "PipelinesAttributeRemovalJob": "AttributeRemovalJob",
    "FunctionsDeadLetters": "DeadLetters",
}

EXECUTIONS = "arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:"


def text(value: Any) -> str:
    """A value with its intrinsic functions spelled out: a reference is its name in angle brackets."""
    if isinstance(value, str):
        return value
    ((function, argument),) = value.items()
    if function == "Ref":
        return f"<{name(argument)}>"
    if function == "Fn::GetAtt":
        return f"<{name(argument[0])}.{argument[1]}>"
    if function == "Fn::Join":
        return argument[0].join(text(part) for part in argument[1])
    return str(argument)


def name(logical_id: str) -> str:
    return next((known for start, known in NAMES.items() if logical_id.startswith(start)), logical_id)


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


@dataclass(frozen=True)
class Template:
    body: dict[str, Any]

    @classmethod
    def load(cls, path: Path) -> Self:
        return cls(json.loads(path.read_text()))

    def of_type(self, kind: str) -> dict[str, dict[str, Any]]:
        """The properties of all resources of a type, by logical id."""
        found = self.body["Resources"].items()
        return {key: one.get("Properties", {}) for key, one in found if one["Type"] == kind}

    def named(self, kind: str) -> dict[str, dict[str, Any]]:
        return {name(key): properties for key, properties in self.of_type(kind).items()}

    def of_api(self, kind: str, api: str) -> list[dict[str, Any]]:
        """The properties of all resources of a type that belong to the API of that construct."""
        found = self.of_type(f"AWS::ApiGateway::{kind}").values()
        return [one for one in found if text(one["RestApiId"]).startswith(f"<{api}RestApi")]

    def functions(self) -> dict[str, dict[str, Any]]:
        """The properties of the Lambda functions, by folder."""
        found = self.of_type("AWS::Lambda::Function").values()
        return {properties["Handler"].split(".")[0]: properties for properties in found}

    def statements(self, role_id: str) -> list[dict[str, Any]]:
        """All statements of the policies that are attached to a role."""
        return [
            statement
            for policy in self.of_type("AWS::IAM::Policy").values()
            if {"Ref": role_id} in policy["Roles"]
            for statement in policy["PolicyDocument"]["Statement"]
        ]

    def permissions(self, role_id: str) -> set[tuple[str, str]]:
        """What a role may do, as pairs of an action and a resource."""
        return {
            (action, text(resource))
            for statement in self.statements(role_id)
            for action in listed(statement["Action"])
            for resource in listed(statement["Resource"])
        }


def role_of(properties: dict[str, Any]) -> str:
    """The logical id of the role of a function or a state machine."""
    return str((properties.get("Role") or properties["RoleArn"])["Fn::GetAtt"][0])

"""Reads a synthesised CloudFormation template: its resources, their names on this machine, their references.

Names are the stack's name and the logical id, without CloudFormation's random suffix, so that tables kept on
disk are found again after a restart.
"""

import json
from functools import cached_property
from pathlib import Path
from typing import Any, Self

from local.account import ACCOUNT, REGION
from local.intrinsics import UnsupportedTemplateError, resolve

_ARNS = {
    "AWS::DynamoDB::Table": f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{{}}",
    "AWS::Events::Rule": f"arn:aws:events:{REGION}:{ACCOUNT}:rule/{{}}",
    "AWS::IAM::Role": f"arn:aws:iam::{ACCOUNT}:role/{{}}",
    "AWS::Lambda::Function": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{{}}",
    "AWS::Logs::LogGroup": f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{{}}:*",
    "AWS::S3::Bucket": "arn:aws:s3:::{}",
    "AWS::SQS::Queue": f"arn:aws:sqs:{REGION}:{ACCOUNT}:{{}}",
    "AWS::StepFunctions::StateMachine": f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:{{}}",
}
_NAME_PROPERTIES = (
    "BucketName",
    "TableName",
    "FunctionName",
    "RoleName",
    "StateMachineName",
    "QueueName",
    "Name",
)
_REFERRED_TO_BY_ARN = ("AWS::StepFunctions::StateMachine",)
ROOT_RESOURCE = "root-resource"


class Template:
    """One stack's template, with every reference resolved to a name or ARN of the local account."""

    def __init__(self, document: dict[str, Any], stack_name: str) -> None:
        """Keep the parsed template."""
        self.resources: dict[str, dict[str, Any]] = document["Resources"]
        self.stack_name = stack_name
        self._parameters: dict[str, Any] = document.get("Parameters", {})

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read `<stack name>.template.json` as the CDK writes it into a cloud assembly."""
        return cls(json.loads(path.read_text()), path.name.split(".")[0])

    def of_type(self, kind: str) -> list[str]:
        """Return the logical ids of all resources of a type, for example `AWS::S3::Bucket`."""
        return [name for name, resource in self.resources.items() if resource["Type"] == kind]

    def of_api(self, kind: str, api: str) -> list[str]:
        """Return the logical ids of all resources of a type that belong to one REST API."""
        own = {"Ref": api}
        return [name for name in self.of_type(kind) if self.resources[name]["Properties"]["RestApiId"] == own]

    def find(self, kind: str, prefix: str) -> str:
        """Return the one logical id of a type that starts with a construct's id (the CDK appends a hash).

        Raises:
            LookupError: none, or more than one.
        """
        found = [logical_id for logical_id in self.of_type(kind) if logical_id.startswith(prefix)]
        if len(found) != 1:
            raise LookupError(f"{len(found)} resources of type {kind} start with {prefix}: {found}")
        return found[0]

    def properties(self, logical_id: str) -> dict[str, Any]:
        """Return the resource's properties, with every reference resolved."""
        resolved: dict[str, Any] = self.resolve(self.resources[logical_id].get("Properties", {}))
        return resolved

    def resolve(self, value: Any) -> Any:
        """Resolve every reference in a value of the template."""
        return resolve(value, self.reference, self.attribute)

    def name(self, logical_id: str) -> str:
        """Return the resource's physical name."""
        resource = self.resources[logical_id]
        for key in _NAME_PROPERTIES:
            if key in resource.get("Properties", {}):
                return str(self.resolve(resource["Properties"][key]))
        name = f"{self.stack_name}-{logical_id}"
        return name.lower() if resource["Type"] == "AWS::S3::Bucket" else name

    def arn(self, logical_id: str) -> str:
        """Return the resource's ARN.

        Raises:
            UnsupportedTemplateError: a type whose ARN the local stack does not know.
        """
        kind = self.resources[logical_id]["Type"]
        if kind not in _ARNS:
            raise UnsupportedTemplateError(f"the ARN of {logical_id}, of type {kind}")
        return _ARNS[kind].format(self.name(logical_id))

    def reference(self, name: str) -> Any:
        """Return what `Ref` gives.

        That is a pseudo parameter, a parameter's default, or a resource's name (of some types its ARN).

        Raises:
            UnsupportedTemplateError: nothing of that name.
        """
        if name in self._pseudo_parameters:
            return self._pseudo_parameters[name]
        if name in self._parameters:
            return self._parameters[name].get("Default")
        if name not in self.resources:
            raise UnsupportedTemplateError(f"a reference to {name}")
        by_arn = self.resources[name]["Type"] in _REFERRED_TO_BY_ARN
        return self.arn(name) if by_arn else self.name(name)

    def attribute(self, logical_id: str, attribute: str) -> str:
        """Return what `Fn::GetAtt` gives.

        Raises:
            UnsupportedTemplateError: an attribute that the local stack does not know.
        """
        if attribute == "Arn":
            return self.arn(logical_id)
        if attribute in ("Name", "QueueName"):
            return self.name(logical_id)
        if attribute == "RootResourceId":
            return ROOT_RESOURCE
        raise UnsupportedTemplateError(f"the attribute {attribute} of {logical_id}")

    @cached_property
    def _pseudo_parameters(self) -> dict[str, Any]:
        return {
            "AWS::AccountId": ACCOUNT,
            "AWS::Partition": "aws",
            "AWS::Region": REGION,
            "AWS::StackName": self.stack_name,
            "AWS::URLSuffix": "amazonaws.com",
            "AWS::NoValue": None,
        }

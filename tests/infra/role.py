"""docs/role.yaml as IAM reads it: parameters filled in, and whether its policies allow a request."""

import json
import re
from fnmatch import fnmatchcase
from typing import Any

from cfnlint.decode import cfn_yaml

from infra.names import ROOT

PARAMETERS = {
    "WorkerRoleArn": "arn:aws:iam::111122223333:role/worker",
    "ExternalId": "111122223333",
    "ImportBucket": "in",
    "ImportPrefix": "imports/",
    "ExportBucket": "out",
    "ExportPrefix": "exports/",
    "ImportKeyArn": "",
    "ExportKeyArn": "",
    "AWS::Partition": "aws",
    "AWS::AccountId": "999988887777",
}


class Role:
    """The role of the template with these parameters, the others as in PARAMETERS."""

    def __init__(self, **parameters: str) -> None:
        self._parameters = PARAMETERS | parameters
        self._template: dict[str, Any] = json.loads(
            json.dumps(cfn_yaml.load(str(ROOT / "docs" / "role.yaml")))
        )
        properties = self._template["Resources"]["Role"]["Properties"]
        policies = self._filled(properties["Policies"])
        self.statements = [one for policy in policies for one in policy["PolicyDocument"]["Statement"]]

    def allows(self, action: str, resource: str, **context: str) -> bool:
        """Whether a statement allows it; `s3_prefix` stands for `s3:prefix`. The buckets are the account's own."""
        known = {name.replace("_", ":", 1): value for name, value in context.items()}
        known |= {"s3:ResourceAccount": self._parameters["AWS::AccountId"]}
        return any(
            action in _listed(one["Action"])
            and any(fnmatchcase(resource, pattern) for pattern in _listed(one["Resource"]))
            and _holds(one.get("Condition", {}), known)
            for one in self.statements
        )

    def _filled(self, value: Any) -> Any:
        if isinstance(value, list):
            return [one for one in map(self._filled, value) if one is not None]
        if not isinstance(value, dict):
            return value
        (name, argument), *others = value.items()
        if others or not (name == "Ref" or name.startswith("Fn::")):
            return {key: self._filled(one) for key, one in value.items()}
        return self._function(name, argument)

    def _function(self, name: str, argument: Any) -> Any:
        if name == "Ref":
            return None if argument == "AWS::NoValue" else self._parameters[argument]
        if name == "Fn::Sub":
            return re.sub(r"\$\{([^}]+)\}", lambda found: self._parameters[found[1]], argument)
        if name == "Fn::If":
            return self._filled(argument[1 if self._filled(self._template["Conditions"][argument[0]]) else 2])
        parts = [self._filled(one) for one in argument]
        functions = {
            "Fn::Not": lambda: not parts[0],
            "Fn::Equals": lambda: parts[0] == parts[1],
            "Fn::Split": lambda: parts[1].split(parts[0]),
            "Fn::Select": lambda: parts[1][int(parts[0])],
        }
        return functions[name]()


def _listed(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]


def _holds(condition: dict[str, dict[str, Any]], context: dict[str, str]) -> bool:
    return all(
        key in context and any(fnmatchcase(context[key], pattern) for pattern in _listed(patterns))
        for operator, keys in condition.items()
        for key, patterns in keys.items()
        if operator in {"StringEquals", "StringLike"}
    )

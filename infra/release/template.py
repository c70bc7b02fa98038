"""A release's template: the CDK's, with the bootstrap's bucket and the settings turned into parameters."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from infra.release.parameters import ASSETS, BUCKET, PREFIX, SETTINGS, parameter_of, variable_of

Body = dict[str, Any]
_CODE = {"AWS::Lambda::Function": "Code", "AWS::Lambda::LayerVersion": "Content"}
_NONE = {"Ref": "AWS::NoValue"}


class NotInstallableError(Exception):
    """The CDK's template holds what only the CDK can install, or lacks a place that a setting belongs to."""


def installable(body: Body, archives: Mapping[str, str]) -> Body:
    """Return the template that CloudFormation installs by itself.

    Args:
        body: the template that the CDK wrote for a deployment with all settings at their defaults; it stays as it is.
        archives: the archive's name by the key that the CDK gave it in the bootstrap's bucket.

    Raises:
        NotInstallableError: an archive is not among those, or a setting has no place in the template.
    """
    made: Body = json.loads(json.dumps(body))
    _without_notes_of_the_cdk(made)
    _point_to_archives(made, archives)
    defaults = _variables(made)
    for setting, place in _PLACES.items():
        if not place(made, {"Ref": parameter_of(setting)}):
            raise NotInstallableError(f"{setting} has no place in the template")
    made["Parameters"] = ASSETS | {
        parameter_of(setting): parameter.declared(defaults.get(setting, parameter.default))
        for setting, parameter in SETTINGS.items()
    }
    made["Conditions"] = {_is_set(setting): _not_empty(setting) for setting in (*_WARM, _TOPIC)}
    made["Rules"] = {"TokenAudienceOfAnIssuer": _AUDIENCE_OF_AN_ISSUER}
    return made


def _of_type(body: Body, kind: str) -> list[Body]:
    return [one for one in body["Resources"].values() if one["Type"] == kind]


def _without_notes_of_the_cdk(body: Body) -> None:
    for resource in body["Resources"].values():
        notes = resource.pop("Metadata", {})
        if kept := {key: value for key, value in notes.items() if not key.startswith("aws:cdk")}:
            resource["Metadata"] = kept


def _point_to_archives(body: Body, archives: Mapping[str, str]) -> None:
    for kind, member in _CODE.items():
        for resource in _of_type(body, kind):
            key = resource["Properties"][member]["S3Key"]
            if key not in archives:
                raise NotInstallableError(f"no archive was made for {key}")
            resource["Properties"][member] = {
                "S3Bucket": {"Ref": BUCKET},
                "S3Key": {"Fn::Sub": f"${{{PREFIX}}}{archives[key]}"},
            }


def _variables(body: Body) -> dict[str, Any]:
    """Turn the functions' variables that hold settings into references, and return what they were, by setting."""
    found: dict[str, Any] = {}
    names = {variable_of(setting): setting for setting in SETTINGS}
    for function in _of_type(body, "AWS::Lambda::Function"):
        variables = function["Properties"]["Environment"]["Variables"]
        for variable in variables.keys() & names.keys():
            setting = names[variable]
            given = {"Ref": parameter_of(setting)}
            whole = SETTINGS[setting].kind == "CommaDelimitedList"
            found[setting] = variables[variable]
            variables[variable] = {"Fn::Join": [",", given]} if whole else given
    return {name: int(value) if SETTINGS[name].kind == "Number" else value for name, value in found.items()}


def _in_the_worker_role(body: Body, given: Body) -> bool:
    """Put the patterns of roles into the policy of the WorkerRole, the only one that assumes roles by a pattern."""
    statements = [
        statement
        for policy in _of_type(body, "AWS::IAM::Policy")
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
        if statement["Action"] == "sts:AssumeRole" and not _refers_to_a_role(statement["Resource"])
    ]
    for statement in statements:
        statement["Resource"] = given
    return len(statements) == 1


def _refers_to_a_role(resource: Any) -> bool:
    return isinstance(resource, dict) and "Fn::GetAtt" in resource


def _in_all_alarms(body: Body, given: Body) -> bool:
    alarms = _of_type(body, "AWS::CloudWatch::Alarm")
    for alarm in alarms:
        alarm["Properties"]["AlarmActions"] = {"Fn::If": [_is_set(_TOPIC), [given], _NONE]}
    return bool(alarms)


def _in_the_endpoints_table(body: Body, _: Body) -> bool:
    """Let the table's warm throughput hold what is set, and be absent where nothing is.

    A member that is not set is left out: DynamoDB refuses a number below what the table has come to by itself.
    """
    tables = [
        table["Properties"]
        for logical_id, table in body["Resources"].items()
        if table["Type"] == "AWS::DynamoDB::Table" and logical_id.startswith("StorageEndpoints")
    ]
    reads, writes = _WARM
    of_reads, of_writes = ({member: {"Ref": parameter_of(setting)}} for setting, member in _WARM.items())
    warm = {
        "Fn::If": [
            _is_set(reads),
            {"Fn::If": [_is_set(writes), of_reads | of_writes, of_reads]},
            {"Fn::If": [_is_set(writes), of_writes, _NONE]},
        ]
    }
    for table in tables:
        table["WarmThroughput"] = warm
    return len(tables) == 1


def _is_set(setting: str) -> str:
    return f"{parameter_of(setting)}IsSet"


def _not_empty(setting: str) -> Body:
    return {"Fn::Not": [{"Fn::Equals": [{"Ref": parameter_of(setting)}, ""]}]}


_WARM = {"endpointsWarmReads": "ReadUnitsPerSecond", "endpointsWarmWrites": "WriteUnitsPerSecond"}
_TOPIC = "alarmTopicArn"
# Where a setting is beside the functions' variables.
_PLACES: dict[str, Callable[[Body, Body], bool]] = {
    "allowedRoleArns": _in_the_worker_role,
    _TOPIC: _in_all_alarms,
    **dict.fromkeys(_WARM, _in_the_endpoints_table),
}
_AUDIENCE_OF_AN_ISSUER = {
    "RuleCondition": _not_empty("tokenIssuer"),
    "Assertions": [
        {
            "Assert": _not_empty("tokenAudience"),
            "AssertDescription": "TokenIssuer is set, but TokenAudience is empty: set it to the aud that access tokens "
            "of this API carry, or to * to take the issuer's access tokens for anybody",
        }
    ],
}

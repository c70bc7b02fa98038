"""Deployment of the template: tables in the local DynamoDB, buckets, functions and state machines in moto.

Roles are created without their policies, which nothing on the laptop checks. Alarms, log groups and queues are not
created at all.
"""

import io
import json
import zipfile
from collections.abc import Iterable, Mapping
from typing import Any

from audience.aws.client_types import S3Client, SFNClient
from local.intrinsics import UnsupportedTemplateError
from local.lambdas import Function
from local.template import Template

FUNCTION = "AWS::Lambda::Function"
ROLE = "AWS::IAM::Role"
STATE_MACHINE = "AWS::StepFunctions::StateMachine"
TABLE = "AWS::DynamoDB::Table"
BUCKET = "AWS::S3::Bucket"

_TABLE_PROPERTIES = ("KeySchema", "AttributeDefinitions", "GlobalSecondaryIndexes", "LocalSecondaryIndexes")


def deploy_buckets(template: Template, s3: S3Client) -> None:
    """Create the buckets, empty and without their policies."""
    for logical_id in template.of_type(BUCKET):
        s3.create_bucket(Bucket=template.name(logical_id))


def deploy_roles(template: Template, iam: Any) -> None:
    """Create the roles, because moto creates functions only with roles that exist."""
    for logical_id in template.of_type(ROLE):
        trust = template.properties(logical_id)["AssumeRolePolicyDocument"]
        iam.create_role(RoleName=template.name(logical_id), AssumeRolePolicyDocument=json.dumps(trust))


def deploy_tables(template: Template, dynamodb: Any) -> None:
    """Create the tables that do not exist; those kept on disk from an earlier run stay as they are."""
    existing = set(dynamodb.list_tables()["TableNames"])
    for logical_id in template.of_type(TABLE):
        name = template.name(logical_id)
        if name in existing:
            continue
        properties = template.properties(logical_id)
        schema = {key: properties[key] for key in _TABLE_PROPERTIES if key in properties}
        dynamodb.create_table(TableName=name, BillingMode="PAY_PER_REQUEST", **schema)


def functions_of(
    template: Template, overrides: Mapping[str, str], settings: Mapping[str, str] | None = None
) -> list[Function]:
    """Read the stack's functions with their variables.

    Args:
        template: the stack's template.
        overrides: variables that all functions get, whatever the template says.
        settings: values for the variables of these names, where a function has them.

    Raises:
        UnsupportedTemplateError: two functions give one variable different values, which one process cannot hold.
    """
    functions = []
    for logical_id in template.of_type(FUNCTION):
        properties = template.properties(logical_id)
        variables = properties.get("Environment", {}).get("Variables", {})
        functions.append(
            Function(
                name=template.name(logical_id),
                arn=template.arn(logical_id),
                role=properties["Role"],
                handler=properties["Handler"],
                timeout_seconds=float(properties.get("Timeout", 3)),
                memory_mb=int(properties.get("MemorySize", 128)),
                environment={**variables, **_known_to(variables, settings or {}), **overrides},
            )
        )
    variables_of(functions)
    return functions


def _known_to(variables: Mapping[str, str], settings: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in settings.items() if name in variables}


def variables_of(functions: Iterable[Function]) -> dict[str, str]:
    """Collect all variables of all functions.

    Raises:
        UnsupportedTemplateError: two functions give one variable different values.
    """
    variables: dict[str, str] = {}
    for function in functions:
        for name, value in function.environment.items():
            if variables.setdefault(name, value) != value:
                raise UnsupportedTemplateError(f"{name}: the functions disagree about its value")
    return variables


def deploy_functions(functions: Iterable[Function], awslambda: Any) -> None:
    """Create the functions in moto, for `aws lambda list-functions` and the state machines' calls.

    Their code is a placeholder: invocations run the handlers of this checkout.
    """
    code = _placeholder_code()
    for function in functions:
        awslambda.create_function(
            FunctionName=function.name,
            Handler=function.handler,
            Runtime="python3.13",
            Role=function.role,
            Code={"ZipFile": code},
            Timeout=int(function.timeout_seconds),
            MemorySize=function.memory_mb,
            Environment={"Variables": function.environment},
        )


def deploy_state_machines(template: Template, stepfunctions: SFNClient) -> None:
    """Create the state machines from their definitions with the substitutions made."""
    for logical_id in template.of_type(STATE_MACHINE):
        properties = template.properties(logical_id)
        definition = properties["DefinitionString"]
        for name, value in properties.get("DefinitionSubstitutions", {}).items():
            definition = definition.replace(f"${{{name}}}", str(value))
        stepfunctions.create_state_machine(
            name=template.name(logical_id), definition=definition, roleArn=properties["RoleArn"]
        )


def _placeholder_code() -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("handler.py", "")
    return archive.getvalue()

"""What is deployed already: the settings in the template of the account's stack, and what a deployment would change."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.exceptions import ClientError

from audience.aws.errors import code_of
from infra.allowed_values import Value, ValueNotAllowedError
from infra.names import STACK_NAME
from infra.settings import SETTINGS, shown, values
from infra.settings_file import METADATA

# What the CDK CLI takes its Region from, before the profile; boto3 knows the last one only.
REGION_VARIABLES = ("AWS_REGION", "AMAZON_REGION", "AWS_DEFAULT_REGION")

# A first deployment that did not come about; what was there of it is gone, or is not used yet.
NEVER_CREATED = frozenset({"REVIEW_IN_PROGRESS", "CREATE_FAILED", "ROLLBACK_FAILED", "ROLLBACK_COMPLETE"})


@dataclass(frozen=True)
class Change:
    """A setting that the deployed stack has with another value, both as people read them."""

    name: str
    deployed: str
    new: str

    def __str__(self) -> str:
        """Return `name: deployed -> new`."""
        return f"{self.name}: {self.deployed} -> {self.new}"


def cloudformation() -> Any:
    """Return a client of CloudFormation for the account and Region that the CDK CLI deploys to."""
    region = next((os.environ[name] for name in REGION_VARIABLES if os.environ.get(name)), None)
    session = boto3.Session(region_name=region)
    return session.client("cloudformation", region_name=session.region_name or "us-east-1")


def deployed_settings(client: Any) -> dict[str, object] | None:
    """Return what the deployed stack's settings file chose, or None where there is no stack.

    Raises:
        ClientError: CloudFormation refuses the question.
        BotoCoreError: there are no credentials, or CloudFormation cannot be reached.
    """
    try:
        (stack,) = client.describe_stacks(StackName=STACK_NAME)["Stacks"]
    except ClientError as error:
        if code_of(error) == "ValidationError":  # CloudFormation's code for a stack that does not exist
            return None
        raise
    if stack["StackStatus"] in NEVER_CREATED:
        return None
    template = client.get_template(StackName=STACK_NAME)["TemplateBody"]  # boto3 reads its JSON
    chosen: dict[str, object] = template.get("Metadata", {}).get(METADATA, {})
    return chosen


def changes(deployed: Mapping[str, object], chosen: Mapping[str, object]) -> list[Change]:
    """List the settings that were chosen for the deployed stack, or are now, and whose values differ."""
    new = values(chosen)
    old = {name: _value(name, deployed[name]) for name in SETTINGS if name in deployed}
    found = {name: old.get(name, shown(SETTINGS[name].default)) for name in SETTINGS}
    return [
        Change(name, found[name], shown(new[name])) for name in SETTINGS if found[name] != shown(new[name])
    ]


def _value(name: str, value: object) -> str:
    """Return a deployed value as people read it; an older version may have taken what is refused now."""
    try:
        checked: Value = SETTINGS[name].check(value)
    except ValueNotAllowedError:
        return json.dumps(value)
    return shown(checked)

"""What is deployed, asked of the engine's own IAM and Lambda."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import boto3

from infra.names import STACK_NAME
from rehearsal.grants import Grant, grants_in


def function_roles() -> dict[str, str]:
    """Return the function, as its folder is called, of each function role's name."""
    pages = boto3.client("lambda").get_paginator("list_functions").paginate()
    found = [function for page in pages for function in page["Functions"]]
    return {
        function["Role"].rpartition("/")[2]: function["Handler"].split(".")[0]
        for function in found
        if function["FunctionName"].startswith(f"{STACK_NAME}-")
    }


def function_name(folder: str) -> str:
    """Return the deployed name of a function.

    Raises:
        LookupError: there is none of that folder.
    """
    pages = boto3.client("lambda").get_paginator("list_functions").paginate()
    for page in pages:
        for function in page["Functions"]:
            if function["Handler"].split(".")[0] == folder:
                return str(function["FunctionName"])
    raise LookupError(f"no function of {folder} is deployed")


def function_grants(roles: dict[str, str]) -> list[Grant]:
    """List what the functions' roles allow, as deployed."""
    return [
        grant
        for role, function in roles.items()
        for policy in _policies(role)
        for grant in grants_in(function, policy)
    ]


def write_function_logs(path: Path) -> None:
    """Write what the functions logged into one file, each line with its function."""
    logs = boto3.client("logs")
    with path.open("w") as written:
        for page in logs.get_paginator("describe_log_groups").paginate(logGroupNamePrefix="/aws/lambda/"):
            for group in page["logGroups"]:
                name = group["logGroupName"]
                for events in logs.get_paginator("filter_log_events").paginate(logGroupName=name):
                    written.writelines(f"{name} {event['message'].rstrip()}\n" for event in events["events"])


def _policies(role: str) -> list[dict[str, Any]]:
    iam = boto3.client("iam")
    documents = []
    for name in iam.list_role_policies(RoleName=role)["PolicyNames"]:
        document: Any = iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
        documents.append(json.loads(unquote(document)) if isinstance(document, str) else document)
    return documents

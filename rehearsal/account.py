"""The people of the rehearsal: a customer with a bucket and roles, and a stranger who has credentials only."""

import json
from typing import Any

import boto3

from infra.names import ROOT
from rehearsal.engine import ACCOUNT, REGION

BUCKET = "rehearsal-customer"
ROLE_TEMPLATE = ROOT / "docs" / "role.yaml"
ROLE_STACK = "segment-jobs-role"
OPEN_ROLE = "OpensToAnybody"

Statement = dict[str, Any]


def user(name: str, *statements: Statement) -> boto3.Session:
    """Create a user with these permissions, and return a session with an access key of the user."""
    iam = boto3.client("iam")
    iam.create_user(UserName=name)
    if statements:
        iam.put_user_policy(UserName=name, PolicyName="Own", PolicyDocument=_policy(*statements))
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return boto3.Session(key["AccessKeyId"], key["SecretAccessKey"], region_name=REGION)


def customer_statements(api_url: str, service_bucket: str) -> tuple[Statement, ...]:
    """List what a customer may do: call the API, use a bucket, read profile exports."""
    stage = f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{api_id(api_url)}/prod"
    return (
        _allow("execute-api:Invoke", f"{stage}/*/v1/*", f"{stage}/GET/clients.zip"),
        _allow("s3:*", f"arn:aws:s3:::{BUCKET}", f"arn:aws:s3:::{BUCKET}/*"),
        _allow("s3:GetObject", f"arn:aws:s3:::{service_bucket}/datasets/*"),
    )


def reading_statements(api_url: str, app: str) -> tuple[Statement, ...]:
    """List what somebody may do who only reads, all apps by name and one app whole."""
    api = api_id(api_url)
    calls = [
        f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{api}/prod/GET/v1/apps{end}"
        for end in ("", f"/{app}", f"/{app}/*")
    ]
    return (_allow("execute-api:Invoke", *calls),)


def api_id(url: str) -> str:
    """Return the id of the API in an output's URL."""
    return url.split("//")[1].partition(".")[0]


def create_role(worker_role_arn: str) -> str:
    """Create the customer's bucket and, from docs/role.yaml, the role that jobs name; return its ARN."""
    boto3.client("s3").create_bucket(Bucket=BUCKET)
    parameters = {
        "WorkerRoleArn": worker_role_arn,
        "ExternalId": ACCOUNT,
        "ImportBucket": BUCKET,
        "ImportPrefix": "imports/",
        "ExportBucket": BUCKET,
        "ExportPrefix": "exports/",
    }
    cloudformation = boto3.client("cloudformation")
    cloudformation.create_stack(
        StackName=ROLE_STACK,
        TemplateBody=ROLE_TEMPLATE.read_text(),
        Capabilities=["CAPABILITY_IAM"],
        Parameters=[{"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()],
    )
    cloudformation.get_waiter("stack_create_complete").wait(
        StackName=ROLE_STACK, WaiterConfig={"Delay": 1, "MaxAttempts": 30}
    )
    [stack] = cloudformation.describe_stacks(StackName=ROLE_STACK)["Stacks"]
    [arn] = [output["OutputValue"] for output in stack["Outputs"] if output["OutputKey"] == "RoleArn"]
    return str(arn)


def create_open_role(worker_role_arn: str) -> str:
    """Create a role that trusts the worker role whatever ExternalId it sends; return its ARN."""
    iam = boto3.client("iam")
    trust = {"Effect": "Allow", "Principal": {"AWS": worker_role_arn}, "Action": "sts:AssumeRole"}
    made = iam.create_role(Path="/segment-jobs/", RoleName=OPEN_ROLE, AssumeRolePolicyDocument=_policy(trust))
    everything = _allow("s3:*", f"arn:aws:s3:::{BUCKET}", f"arn:aws:s3:::{BUCKET}/*")
    iam.put_role_policy(RoleName=OPEN_ROLE, PolicyName="Own", PolicyDocument=_policy(everything))
    return str(made["Role"]["Arn"])


def _allow(action: str, *resources: str) -> Statement:
    return {"Effect": "Allow", "Action": action, "Resource": list(resources)}


def _policy(*statements: Statement) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})

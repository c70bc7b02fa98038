"""A function's permissions as the table of functions writes them: actions on one of the stack's resources."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from aws_cdk import aws_iam as iam


class Target(StrEnum):
    """What a grant may be about."""

    CONTROL = "Control table"
    ENDPOINTS = "Endpoints table"
    BUCKET = "bucket"
    MACHINES = "state machines"
    EXECUTIONS = "executions of the state machines"
    WORKER_ROLE = "WorkerRole"
    EVENT_BUS = "default event bus"


@dataclass(frozen=True)
class Grant:
    """Actions on a target; of the bucket, only on the keys that match, or about prefixes that match (`below`)."""

    target: Target
    actions: tuple[str, ...]
    keys: tuple[str, ...] = ()
    below: tuple[str, ...] = ()


def control(*actions: str) -> Grant:
    """Grant DynamoDB actions on the Control table."""
    return Grant(Target.CONTROL, tuple(f"dynamodb:{action}" for action in actions))


def endpoints(*actions: str) -> Grant:
    """Grant DynamoDB actions on the Endpoints table."""
    return Grant(Target.ENDPOINTS, tuple(f"dynamodb:{action}" for action in actions))


def objects(*actions: str, below: Iterable[str]) -> Grant:
    """Grant S3 actions on the objects of the bucket below some prefixes."""
    keys = tuple(f"{prefix}*" for prefix in below)
    return Grant(Target.BUCKET, tuple(f"s3:{action}" for action in actions), keys)


def states(target: Target, *actions: str) -> Grant:
    """Grant Step Functions actions on the state machines, or on their executions."""
    return Grant(target, tuple(f"states:{action}" for action in actions))


def listing(*below: str) -> Grant:
    """Grant listing the bucket below these prefixes."""
    return Grant(Target.BUCKET, ("s3:ListBucket",), below=tuple(f"{prefix}*" for prefix in below))


LIST_BUCKET = Grant(Target.BUCKET, ("s3:ListBucket",))
ASSUME_WORKER_ROLE = Grant(Target.WORKER_ROLE, ("sts:AssumeRole",))
PUT_EVENTS = Grant(Target.EVENT_BUS, ("events:PutEvents",))


def statement(grant: Grant, arns: Mapping[Target, tuple[str, ...]]) -> iam.PolicyStatement:
    """Return the IAM statement of a grant.

    Raises:
        KeyError: `arns` does not know the grant's target.
    """
    targets = arns[grant.target]
    resources = [f"{arn}/{key}" for arn in targets for key in grant.keys] if grant.keys else list(targets)
    conditions = {"StringLike": {"s3:prefix": list(grant.below)}} if grant.below else None
    return iam.PolicyStatement(actions=list(grant.actions), resources=resources, conditions=conditions)

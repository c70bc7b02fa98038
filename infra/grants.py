"""Permissions as data: actions on one of the stack's resources, and the IAM statement of each."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from aws_cdk import aws_iam as iam


class Target(StrEnum):
    """The resources that a grant can name."""

    CONTROL = "Control table"
    ENDPOINTS = "Endpoints table"
    BUCKET = "bucket"
    MACHINES = "state machines"
    EXECUTIONS = "executions of the state machines"
    WORKER_ROLE = "WorkerRole"
    EVENT_BUS = "default event bus"


@dataclass(frozen=True)
class Grant:
    """Actions on a resource; in the bucket, on the objects or the listings below some prefixes only."""

    target: Target
    actions: tuple[str, ...]
    objects_below: tuple[str, ...] = ()
    listings_below: tuple[str, ...] = ()


def control(*actions: str) -> Grant:
    """Allow DynamoDB actions on the Control table."""
    return Grant(Target.CONTROL, tuple(f"dynamodb:{action}" for action in actions))


def endpoints(*actions: str) -> Grant:
    """Allow DynamoDB actions on the Endpoints table."""
    return Grant(Target.ENDPOINTS, tuple(f"dynamodb:{action}" for action in actions))


def objects(*actions: str, below: tuple[str, ...]) -> Grant:
    """Allow S3 actions on the bucket's objects below these prefixes, which end with a slash."""
    return Grant(Target.BUCKET, tuple(f"s3:{action}" for action in actions), objects_below=below)


def states(target: Target, *actions: str) -> Grant:
    """Allow Step Functions actions on the state machines, or on their executions."""
    return Grant(target, tuple(f"states:{action}" for action in actions))


def listing(*below: str) -> Grant:
    """Allow listing the bucket where a request names one of these prefixes or a longer one."""
    return Grant(Target.BUCKET, ("s3:ListBucket",), listings_below=below)


LIST_BUCKET = Grant(Target.BUCKET, ("s3:ListBucket",))
ASSUME_WORKER_ROLE = Grant(Target.WORKER_ROLE, ("sts:AssumeRole",))
PUT_EVENTS = Grant(Target.EVENT_BUS, ("events:PutEvents",))


def statement(grant: Grant, arns: Mapping[Target, tuple[str, ...]]) -> iam.PolicyStatement:
    """Build the IAM statement of a grant.

    Raises:
        KeyError: `arns` does not know the grant's target.
    """
    resources = list(arns[grant.target])
    if grant.objects_below:
        resources = [f"{arn}/{prefix}*" for arn in resources for prefix in grant.objects_below]
    listed = [f"{prefix}*" for prefix in grant.listings_below]
    conditions = {"StringLike": {"s3:prefix": listed}} if listed else None
    return iam.PolicyStatement(actions=list(grant.actions), resources=resources, conditions=conditions)

"""Acknowledged findings of cdk-nag's AwsSolutions rules, each with its reason."""

from collections.abc import Iterator
from dataclasses import dataclass

from aws_cdk import Acknowledgment, Stack, Validations
from constructs import Construct

from audience.layout.bucket import EXECUTIONS, OF_AN_APP, WORK
from infra.names import construct_id
from infra.settings import StackSettings
from infra.state_machines import STATE_MACHINES

PREFIXES = {"Access": OF_AN_APP, "Pipelines": (EXECUTIONS, WORK)}
EXECUTION_ARNS = "arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution"


@dataclass(frozen=True)
class Finding:
    """A rule's finding below a construct (by its id in the stack), and why it is accepted."""

    path: str
    rule: str
    reason: str


_SECOND_API = (
    Finding(
        "ExperiencePlatformApi",
        "APIG2",
        "The function validates requests, so that errors have the shape that Adobe's clients read.",
    ),
    Finding(
        "ExperiencePlatformApi",
        "APIG3",
        "Callers need a token of the deployment's own issuer; a WAF has a monthly price, so it is left to the account.",
    ),
    Finding(
        "ExperiencePlatformApi",
        "APIG6",
        "Execution logs quote headers, which hold tokens. Access logs and X-Ray are on.",
    ),
    Finding(
        "ExperiencePlatformApi",
        "APIG4",
        "OPTIONS is open, as browsers send it without a token. It only answers the allowed methods.",
    ),
    Finding(
        "ExperiencePlatformApi", "COG4", "Tokens may come from any OpenID Connect issuer, Cognito included."
    ),
)
DECISIONS = (
    Finding(
        "Functions",
        "L1",
        "The wheels of the layer are locked for Python 3.13.",
    ),
    Finding(
        "Pipelines",
        "SF1",
        "Errors are logged. All events are in the execution's history; level ALL would pay for them twice.",
    ),
    Finding(
        "Api",
        "IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]",
        "The account's role for API Gateway logs; AWS documents this managed policy for it.",
    ),
    Finding(
        "Api",
        "APIG2",
        "The function validates requests, so that errors name the field, the value and what is allowed.",
    ),
    Finding(
        "Api",
        "APIG3",
        "Callers are the account's own IAM principals; a WAF has a monthly price, so it is left to the account.",
    ),
    Finding(
        "Api",
        "APIG6",
        "Execution logs quote request paths, which can hold endpoint ids. Access logs and X-Ray are on.",
    ),
    *_SECOND_API,
    Finding("Api", "COG4", "Pinpoint's clients sign with IAM credentials, so IAM authorizes, not Cognito."),
    Finding(
        "Api",
        "APIG4",
        "OPTIONS is open, as browsers send it unsigned. It only answers the allowed methods.",
    ),
)
UNRESTRICTED = (
    Finding("Access", "IAM5[Resource::*]", "X-Ray's actions have no resource-level permissions."),
    Finding(
        "Pipelines",
        "IAM5[Resource::*]",
        "X-Ray and log delivery actions have no resource-level permissions.",
    ),
)


def findings(stack: Stack, settings: StackSettings) -> list[Finding]:
    """List the accepted findings of this stack."""
    return [*DECISIONS, *UNRESTRICTED, *_bucket_keys(stack), *_executions(stack), *_job_roles(settings)]


def acknowledge(stack: Stack, settings: StackSettings) -> None:
    """Acknowledge the accepted findings in the stack, each with its reason."""
    for known in findings(stack, settings):
        construct = stack.node.find_child(known.path)
        Validations.of(construct).acknowledge(
            Acknowledgment(id=f"AwsSolutions-{known.rule}", reason=known.reason)
        )


def _bucket_keys(stack: Stack) -> Iterator[Finding]:
    bucket = _logical_id(stack, "Storage", "Bucket")
    reason = "Keys below this prefix are only known when jobs run."
    for path, prefixes in PREFIXES.items():
        for prefix in prefixes:
            yield Finding(path, f"IAM5[Resource::<{bucket}.Arn>/{prefix}*]", reason)


def _executions(stack: Stack) -> Iterator[Finding]:
    reason = "An execution is named when its job is created."
    for machine in map(construct_id, STATE_MACHINES):
        name = f"{EXECUTION_ARNS}:<{_logical_id(stack, 'Pipelines', machine)}.Name>"
        yield Finding("Access", f"IAM5[Resource::{name}:*]", reason)
        yield Finding("Pipelines", f"IAM5[Resource::{name}:*]", reason)
        yield Finding("Pipelines", f"IAM5[Resource::{name}/*]", "Step Functions names the children of a map.")


def _job_roles(settings: StackSettings) -> Iterator[Finding]:
    reason = "The deployment's setting allowedRoleArns: the roles that jobs may name."
    for arn in settings.allowed_role_arns:
        yield Finding("Access", f"IAM5[Resource::{arn}]", reason)


def _logical_id(stack: Stack, *path: str) -> str:
    construct: Construct = stack
    for name in (*path, "Resource"):
        construct = construct.node.find_child(name)  # type: ignore[assignment] # a child is a construct
    return stack.resolve(construct.logical_id)  # type: ignore[attr-defined, no-any-return] # of a CfnResource

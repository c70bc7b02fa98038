"""Findings of cdk-nag's AwsSolutions rules that stand, each with the reason why."""

from collections.abc import Iterator
from dataclasses import dataclass

from aws_cdk import Acknowledgment, Stack, Validations
from constructs import Construct

from infra.names import STATE_MACHINES, construct_id
from infra.settings import StackSettings

KEYS = {
    "Access": ("datasets", "exports", "jobs", "segments", "uploads", "work"),
    "Pipelines": ("executions", "work"),
}
EXECUTIONS = "arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution"


@dataclass(frozen=True)
class Finding:
    """What a rule finds below a construct (named by its id in the stack), and why it stands."""

    path: str
    rule: str
    reason: str


_SECOND_API = (
    Finding(
        "ExperiencePlatformApi",
        "APIG2",
        "The function validates, so that an error has the shape that Adobe's clients read.",
    ),
    Finding(
        "ExperiencePlatformApi",
        "APIG3",
        "Callers have a token of the deployment's own issuer; a firewall's monthly price is the account's choice.",
    ),
    Finding(
        "ExperiencePlatformApi",
        "APIG6",
        "Execution logs quote headers, which hold tokens. Access logs and X-Ray are on.",
    ),
    Finding(
        "ExperiencePlatformApi",
        "APIG4",
        "OPTIONS is open, as browsers ask it without a token. It tells the allowed methods.",
    ),
    Finding(
        "ExperiencePlatformApi", "COG4", "Any OpenID Connect issuer may give the tokens, Cognito among them."
    ),
)
CHOICES = (
    Finding(
        "Functions",
        "L1",
        "The wheels of the layer are locked for Python 3.13.",
    ),
    Finding(
        "Pipelines",
        "SF1",
        "Errors are logged. Every event is in the execution's history; ALL would pay for it twice.",
    ),
    Finding(
        "Api",
        "IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]",
        "API Gateway's one role for logs in the account; AWS tells to give it this policy.",
    ),
    Finding(
        "Api",
        "APIG2",
        "The function validates, so that an error names the field, the value and what is allowed.",
    ),
    Finding(
        "Api",
        "APIG3",
        "Callers are the account's own IAM principals; a firewall's monthly price is the account's choice.",
    ),
    Finding(
        "Api",
        "APIG6",
        "Execution logs quote request paths, which can hold endpoint ids. Access logs and X-Ray are on.",
    ),
    *_SECOND_API,
    Finding("Api", "COG4", "Pinpoint's clients sign with IAM credentials: IAM authorizes, not Cognito."),
    Finding(
        "Api",
        "APIG4",
        "OPTIONS is open, as browsers ask it unsigned. It tells the allowed methods; all else needs IAM.",
    ),
)
EVERYTHING = (
    Finding("Access", "IAM5[Resource::*]", "X-Ray's actions know no narrower resource."),
    Finding(
        "Pipelines",
        "IAM5[Resource::*]",
        "The actions of X-Ray and of log delivery know no narrower resource.",
    ),
)


def findings(stack: Stack) -> list[Finding]:
    """All findings that stand in this stack."""
    return [*CHOICES, *EVERYTHING, *_keys(stack), *_executions(stack), *_customers(stack)]


def acknowledge(stack: Stack) -> None:
    """Record in the stack which findings stand, and why."""
    for known in findings(stack):
        construct = stack.node.find_child(known.path)
        Validations.of(construct).acknowledge(
            Acknowledgment(id=f"AwsSolutions-{known.rule}", reason=known.reason)
        )


def _keys(stack: Stack) -> Iterator[Finding]:
    bucket = _logical_id(stack, "Storage", "Bucket")
    reason = "The keys below this prefix are named when jobs run."
    for path, prefixes in KEYS.items():
        for prefix in prefixes:
            yield Finding(path, f"IAM5[Resource::<{bucket}.Arn>/{prefix}/*]", reason)


def _executions(stack: Stack) -> Iterator[Finding]:
    reason = "An execution's name is its job's id, given when the job is created."
    for machine in map(construct_id, STATE_MACHINES):
        name = f"{EXECUTIONS}:<{_logical_id(stack, 'Pipelines', machine)}.Name>"
        yield Finding("Access", f"IAM5[Resource::{name}:*]", reason)
        yield Finding("Pipelines", f"IAM5[Resource::{name}:*]", reason)
        yield Finding("Pipelines", f"IAM5[Resource::{name}/*]", "A map names its children itself.")


def _customers(stack: Stack) -> Iterator[Finding]:
    reason = "The deployment's own list of the customers' roles that jobs may name (allowedRoleArns)."
    for arn in StackSettings.from_context(stack.node).role_patterns:
        yield Finding("Access", f"IAM5[Resource::{arn}]", reason)


def _logical_id(stack: Stack, *path: str) -> str:
    construct: Construct = stack
    for name in (*path, "Resource"):
        construct = construct.node.find_child(name)  # type: ignore[assignment] # a child is a construct
    return stack.resolve(construct.logical_id)  # type: ignore[attr-defined, no-any-return] # of a CfnResource

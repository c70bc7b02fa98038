"""Deploys the functions of the table: each with its role, log group and tracing, all with one code asset."""

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from aws_cdk import Aws, Duration, RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.functions import FUNCTIONS, FunctionSpec
from infra.grants import Target, statement
from infra.names import FUNCTIONS_FOLDER, handler
from infra.names import construct_id as id_of

LOG_RETENTION = logs.RetentionDays.THREE_MONTHS
POWERTOOLS = {
    "POWERTOOLS_SERVICE_NAME": "segment-jobs",
    "POWERTOOLS_METRICS_NAMESPACE": "SegmentJobs",
    "POWERTOOLS_LOG_LEVEL": "INFO",
}
NOT_SOURCE = ["**/__pycache__", "**/*.pyc", "**/.*"]  # excluded: the asset's hash depends on the source alone


@dataclass(frozen=True)
class Layers:
    """The layers of third-party packages: one for all functions, and one for pyarrow, which is larger."""

    dependencies: lambda_.LayerVersion
    parquet: lambda_.LayerVersion

    def of(self, spec: FunctionSpec) -> list[lambda_.LayerVersion]:
        """Return the layers of a function."""
        return [self.dependencies, self.parquet] if spec.parquet else [self.dependencies]


class ServiceFunctions(Construct):
    """The functions, by name. Put values into `settings` and `arns` before adding functions that need them."""

    def __init__(
        self, scope: Construct, construct_id: str, roles: Mapping[str, iam.Role], layers: Layers
    ) -> None:
        super().__init__(scope, construct_id)
        self.settings: dict[str, str] = {}
        self.arns: dict[Target, tuple[str, ...]] = {}
        self.functions: dict[str, lambda_.Function] = {}
        self.dead_letters = self._dead_letters()
        self._roles = roles
        self._layers = layers
        self._code = lambda_.Code.from_asset(str(FUNCTIONS_FOLDER), exclude=NOT_SOURCE)

    def add(self, names: Iterable[str]) -> None:
        """Create the functions of these names.

        Raises:
            KeyError: `settings` or `arns` lacks a value that the table names.
        """
        for name in names:
            self.functions[name] = self._function(name)

    def _function(self, name: str) -> lambda_.Function:
        spec, role = FUNCTIONS[name], self._roles[name]
        log_group = self._log_group(name)
        role.add_to_policy(
            iam.PolicyStatement(
                actions=["logs:CreateLogStream", "logs:PutLogEvents"], resources=[log_group.log_group_arn]
            )
        )
        for grant in spec.grants:
            role.add_to_policy(statement(grant, self.arns))
        return lambda_.Function(
            self,
            id_of(name),
            description=description(name),
            runtime=lambda_.Runtime.PYTHON_3_13,
            architecture=lambda_.Architecture.ARM_64,
            code=self._code,
            handler=handler(name),
            layers=self._layers.of(spec),
            memory_size=spec.memory_mb,
            timeout=Duration.seconds(spec.timeout_s),
            role=role,
            environment={setting: self.settings[setting] for setting in spec.settings} | POWERTOOLS,
            tracing=lambda_.Tracing.ACTIVE,
            log_group=log_group,
            dead_letter_queue=self.dead_letters if spec.asynchronous else None,
        )

    def _log_group(self, name: str) -> logs.LogGroup:
        return logs.LogGroup(
            self,
            f"{id_of(name)}Logs",
            log_group_name=f"/aws/lambda/{Aws.STACK_NAME}/{name}",
            retention=LOG_RETENTION,
            # Its name is fixed: a log group left behind would make the next deployment fail.
            removal_policy=RemovalPolicy.DESTROY,
        )

    def _dead_letters(self) -> sqs.Queue:
        return sqs.Queue(
            self,
            "DeadLetters",
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            retention_period=Duration.days(14),  # SQS' longest
        )


def description(name: str) -> str:
    """Return the first line of a handler's docstring, which the Lambda console shows."""
    source = (FUNCTIONS_FOLDER / name / "handler.py").read_text()
    docstring = ast.get_docstring(ast.parse(source)) or name
    return f"Segment Jobs. {docstring.splitlines()[0]}"

"""Deploys the state machines from their files, each with its role and its log group."""

import re
from collections.abc import Mapping

from aws_cdk import ArnFormat, Aws, RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from audience.layout.bucket import EXECUTIONS, WORK
from infra.names import STATE_MACHINES_FOLDER, substitution
from infra.names import construct_id as id_of
from infra.state_machines import STATE_MACHINES

PLACEHOLDER = re.compile(r"\$\{(\w+)}")


class Pipelines(Construct):
    """The state machines of all jobs, by their names in the table."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        functions: Mapping[str, lambda_.Function],
        bucket: s3.IBucket,
    ) -> None:
        super().__init__(scope, construct_id)
        self._functions = {substitution(name): function for name, function in functions.items()}
        self._bucket = bucket
        self.machines = {name: self._machine(name) for name in STATE_MACHINES}

    def execution_arns(self) -> tuple[str, ...]:
        """Return one ARN pattern a state machine, which matches all its executions."""
        return tuple(_execution_arn(machine, ":*") for machine in self.machines.values())

    def _machine(self, name: str) -> sfn.StateMachine:
        definition = (STATE_MACHINES_FOLDER / STATE_MACHINES[name].file).read_text()
        values = {key: self._value(key) for key in sorted(set(PLACEHOLDER.findall(definition)))}
        machine = sfn.StateMachine(
            self,
            id_of(name),
            # Inline, so that the template alone says what is deployed.
            definition_body=sfn.DefinitionBody.from_string(definition),
            definition_substitutions=values,
            state_machine_type=sfn.StateMachineType.STANDARD,
            tracing_enabled=True,
            logs=sfn.LogOptions(
                destination=self._log_group(name),
                level=sfn.LogLevel.ERROR,
                include_execution_data=False,  # no personal data in logs
            ),
        )
        self._grant(machine, [self._functions[key] for key in values if key in self._functions])
        self._grant_map_runs(machine, name)
        return machine

    def _value(self, placeholder: str) -> str:
        if placeholder == "Bucket":
            return self._bucket.bucket_name
        return self._functions[placeholder].function_arn

    def _grant(self, machine: sfn.StateMachine, functions: list[lambda_.Function]) -> None:
        arns = [function.function_arn for function in functions]
        piece_lists = self._bucket.arn_for_objects(f"{WORK}*")
        results = self._bucket.arn_for_objects(f"{EXECUTIONS}*")
        writing = ["s3:PutObject", "s3:GetObject", "s3:ListMultipartUploadParts", "s3:AbortMultipartUpload"]
        for actions, resources in (
            (["lambda:InvokeFunction"], arns),
            (["s3:GetObject"], [piece_lists]),
            # What AWS lists for a ResultWriter: it writes large results in parts.
            # https://docs.aws.amazon.com/step-functions/latest/dg/iam-policies-eg-dist-map.html
            (writing, [results]),
        ):
            machine.add_to_role_policy(iam.PolicyStatement(actions=actions, resources=resources))

    def _grant_map_runs(self, machine: sfn.StateMachine, name: str) -> None:
        """Allow a machine to start and follow its map's children, which are executions of itself.

        The policy is separate, because the machine must not depend on a policy that names it.
        """
        start = iam.PolicyStatement(actions=["states:StartExecution"], resources=[machine.state_machine_arn])
        follow = iam.PolicyStatement(
            actions=["states:DescribeExecution", "states:StopExecution"],
            resources=[_execution_arn(machine, ":*"), _execution_arn(machine, "/*")],
        )
        iam.Policy(self, f"{id_of(name)}MapRuns", roles=[machine.role], statements=[start, follow])

    def _log_group(self, name: str) -> logs.LogGroup:
        return logs.LogGroup(
            self,
            f"{id_of(name)}Logs",
            # Below this prefix log delivery needs no resource policy, whose size is limited.
            log_group_name=f"/aws/vendedlogs/states/{Aws.STACK_NAME}/{name}",
            retention=logs.RetentionDays.THREE_MONTHS,
            removal_policy=RemovalPolicy.DESTROY,
        )


def _execution_arn(machine: sfn.StateMachine, tail: str) -> str:
    return Stack.of(machine).format_arn(
        service="states",
        resource="execution",
        resource_name=f"{machine.state_machine_name}{tail}",
        arn_format=ArnFormat.COLON_RESOURCE_NAME,
    )

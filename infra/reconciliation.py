"""The rules that invoke reconcile_job, so that every job ends: when an execution ends, and every few minutes."""

from collections.abc import Sequence

from aws_cdk import Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

ENDS = ("SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED")
EVERY_MINUTES = 5


class Reconciliation(Construct):
    """The EventBridge rules that invoke reconcile_job; undelivered events go to the dead-letter queue."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        function: lambda_.Function,
        dead_letters: sqs.Queue,
        machine_arns: Sequence[str],
    ) -> None:
        super().__init__(scope, construct_id)
        self._function = function
        self._dead_letters = dead_letters
        ended = events.EventPattern(
            source=["aws.states"],
            detail_type=["Step Functions Execution Status Change"],
            detail={"status": list(ENDS), "stateMachineArn": list(machine_arns)},
        )
        events.Rule(
            self,
            "ExecutionEnded",
            description="Invokes reconcile_job when an execution of a job ends, for whatever reason",
            event_pattern=ended,
            targets=[self._target(None)],
        )
        events.Rule(
            self,
            "ReconcileAll",
            description="Checks all active jobs: starts those that wait, ends those whose execution is over",
            schedule=events.Schedule.rate(Duration.minutes(EVERY_MINUTES)),
            targets=[self._target(events.RuleTargetInput.from_object({"reconcile_all": True}))],
        )

    def _target(self, event: events.RuleTargetInput | None) -> targets.LambdaFunction:
        return targets.LambdaFunction(self._function, event=event, dead_letter_queue=self._dead_letters)

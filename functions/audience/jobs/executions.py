"""Executions of the state machines: named like their jobs, so that starting one twice starts it once.

A job that is run again for what failed has another execution, named with the number of the run.
"""

from collections.abc import Mapping
from typing import Any

import orjson
from botocore.exceptions import ClientError

from audience.aws.client_types import SFNClient
from audience.jobs.model import JobKey, Kind


class Executions:
    """Starts, stops and looks up the execution of a job."""

    def __init__(self, stepfunctions: SFNClient, machines: Mapping[Kind, str]) -> None:
        """Keep the Step Functions client and the state machines' ARNs."""
        self._stepfunctions = stepfunctions
        self._machines = machines

    def start(self, key: JobKey, run: int) -> None:
        """Start the execution of a job's run (1, 2, …), unless it has been started already."""
        request = {"application_id": key.application_id, "job_id": key.job_id}
        try:
            self._stepfunctions.start_execution(
                stateMachineArn=self._machines[key.kind],
                name=name_of(key, run),
                input=orjson.dumps(request).decode(),
            )
        except self._stepfunctions.exceptions.ExecutionAlreadyExists:
            return

    def stop(self, key: JobKey, run: int, reason: str) -> None:
        """Stop the execution of a job's run, unless it has ended already."""
        self._stepfunctions.stop_execution(executionArn=self.arn_of(key, run), error="Stopped", cause=reason)

    def describe(self, key: JobKey, run: int) -> dict[str, Any] | None:
        """Return the execution of a job's run as DescribeExecution tells it, or None."""
        try:
            found = self._stepfunctions.describe_execution(executionArn=self.arn_of(key, run))
        except ClientError as refused:
            if refused.response["Error"]["Code"] != "ExecutionDoesNotExist":
                raise
            return None
        return dict(found)

    def arn_of(self, key: JobKey, run: int) -> str:
        """Return the ARN of the execution of a job's run."""
        return execution_arn(self._machines[key.kind], key, run)

    def kind_of(self, machine_arn: str) -> Kind:
        """Return the kind of jobs that a state machine runs."""
        return next(kind for kind, arn in self._machines.items() if arn == machine_arn)


def execution_arn(machine_arn: str, key: JobKey, run: int) -> str:
    """Return the ARN of the execution of a job's run, of the state machine that runs such jobs."""
    return f"{machine_arn.replace(':stateMachine:', ':execution:', 1)}:{name_of(key, run)}"


def name_of(key: JobKey, run: int) -> str:
    """Return the name of a run's execution: the job's id, and from the second run on its number."""
    return key.job_id if run == 1 else f"{key.job_id}-{run}"

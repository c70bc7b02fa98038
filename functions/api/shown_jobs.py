"""A job as the API answers it: what its record shows, and which execution runs it."""

from audience.jobs.executions import execution_arn
from audience.jobs.model import Job, JsonObject, job_response
from audience.kinds import KINDS
from audience.settings import MachineSettings


def shown_job(job: Job) -> JsonObject:
    """Return the members of a job that clients see, with the execution of its newest run."""
    machine = getattr(MachineSettings.from_env(), KINDS[job.key.kind].state_machine)
    return {**job_response(job), "ExecutionArn": execution_arn(machine, job.key, job.run)}

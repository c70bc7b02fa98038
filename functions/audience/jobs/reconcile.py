"""What becomes of a job whose execution ended without the finish step, or never began."""

from typing import Literal

from audience.jobs.model import Record
from audience.jobs.status import TERMINAL

Action = Literal["wait", "forget", "start", "end"]

# An API call writes the record and starts the execution within seconds (its Lambda lives 29); after five minutes
# nobody is going to start it any more.
ABANDONED_AFTER_S = 300

ENDED_EXECUTIONS = {
    "SUCCEEDED": "the execution ended without a result",
    "FAILED": "the execution failed",
    "TIMED_OUT": "the execution ran into its time limit",
    "ABORTED": "the execution was stopped",
}


def decide(job: Record | None, execution: str | None, age_s: float) -> Action:
    """Return what to do about a job that is listed as active.

    Args:
        job: its record, None where there is none.
        execution: the status of its execution in Step Functions, None where there is none.
        age_s: seconds since the job was made.

    Returns:
        `forget` what was never recorded, `start` what nobody started, `end` what lost its execution, `wait` for all
        else: for a slot, or for the announcement of an end.
    """
    if job is None:
        return "forget" if age_s > ABANDONED_AFTER_S else "wait"
    if job["JobStatus"] in TERMINAL or job["JobStatus"] == "PENDING_JOB":
        return "wait"
    if execution is None:
        return "start" if age_s > ABANDONED_AFTER_S else "wait"
    return "end" if execution in ENDED_EXECUTIONS else "wait"


def born_ms(job_id: str) -> int:
    """Return when a job was made, in milliseconds since 1970, from its UUIDv7.

    See RFC 9562, section 5.7.
    """
    return int(job_id[:12], 16)

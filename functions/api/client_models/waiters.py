"""Waiters for the end of a job.

https://boto3.amazonaws.com/v1/documentation/api/latest/guide/clients.html#waiters
"""

from typing import Any

from audience.jobs.status import TERMINAL

DELAY = 5  # seconds between two looks
# An hour; an import of a terabyte takes longer, and `WaiterConfig` says how long to wait for that.
ATTEMPTS = 720
_JOBS = {"ImportJobCompleted": "ImportJob", "ExportJobCompleted": "ExportJob"}


def waiters() -> dict[str, Any]:
    """Return the waiters, in botocore's notation: they succeed at COMPLETED, and fail at any other end."""
    return {"version": 2, "waiters": {name: _waiter(job) for name, job in _JOBS.items()}}


def _waiter(job: str) -> dict[str, Any]:
    ends = sorted(TERMINAL, key=lambda status: (status != "COMPLETED", status))
    return {
        "operation": f"Get{job}",
        "delay": DELAY,
        "maxAttempts": ATTEMPTS,
        "acceptors": [
            {
                "matcher": "path",
                "argument": f"{job}Response.JobStatus",
                "expected": status,
                "state": "success" if status == "COMPLETED" else "failure",
            }
            for status in ends
        ],
    }

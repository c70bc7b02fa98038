"""Waiters for the end of a job.

https://boto3.amazonaws.com/v1/documentation/api/latest/guide/clients.html#waiters
"""

from typing import Any

from audience.jobs.status import TERMINAL

DELAY = 5  # seconds between two looks
# An hour; an import of a terabyte takes longer, and `WaiterConfig` says how long to wait for that.
ATTEMPTS = 720
# The operation that looks, and where its answer has the status: Pinpoint's are in a member of their own.
_JOBS = {
    "ImportJobCompleted": ("GetImportJob", "ImportJobResponse.JobStatus"),
    "ExportJobCompleted": ("GetExportJob", "ExportJobResponse.JobStatus"),
    "AttributeRemovalJobCompleted": ("GetAttributeRemovalJob", "JobStatus"),
}


def waiters() -> dict[str, Any]:
    """Return the waiters, in botocore's notation: they succeed at COMPLETED, and fail at any other end."""
    return {"version": 2, "waiters": {name: _waiter(*job) for name, job in _JOBS.items()}}


def _waiter(operation: str, status_at: str) -> dict[str, Any]:
    ends = sorted(TERMINAL, key=lambda status: (status != "COMPLETED", status))
    return {
        "operation": operation,
        "delay": DELAY,
        "maxAttempts": ATTEMPTS,
        "acceptors": [
            {
                "matcher": "path",
                "argument": status_at,
                "expected": status,
                "state": "success" if status == "COMPLETED" else "failure",
            }
            for status in ends
        ],
    }

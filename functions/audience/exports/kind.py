"""Export jobs as a kind of jobs."""

from audience.jobs.kind import JobKind

EXPORT = JobKind("EXPORT", "export_state_machine_arn")

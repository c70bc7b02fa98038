"""Metrics of jobs: how many reached which status, in CloudWatch's embedded metric format."""

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.metrics.provider.cloudwatch_emf.cloudwatch import AmazonCloudWatchEMFProvider

from audience.jobs.model import Kind
from audience.jobs.status import TERMINAL

_COUNTED = TERMINAL | {"CREATED", "PENDING_JOB"}


def count_status(kind: Kind, status: str) -> None:
    """Count a job that has reached `status`, as `ImportJobCompleted` and the like.

    Steps on the way are not counted.

    A provider of its own for each count: the functions of a laptop share a process, and Powertools' Metrics would mix
    theirs.
    """
    if status not in _COUNTED:
        return
    metrics = AmazonCloudWatchEMFProvider()
    name = "Pending" if status == "PENDING_JOB" else status.capitalize()
    job = "".join(word.capitalize() for word in kind.split("_"))
    metrics.add_metric(name=f"{job}Job{name}", unit=MetricUnit.Count, value=1)
    metrics.flush_metrics()

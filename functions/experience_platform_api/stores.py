"""The dialect's own stores of this deployment."""

from audience.aws.clients import table
from audience.experience_platform.export_jobs import NumberedJobs
from audience.experience_platform.merge_policies import MergePolicyStore
from http_api.stores import settings


def merge_policies() -> MergePolicyStore:
    """Return the store of all merge policies."""
    return MergePolicyStore(table(settings().control_table))


def numbered_jobs() -> NumberedJobs:
    """Return the store of all export jobs by their numbers."""
    return NumberedJobs(table(settings().control_table))

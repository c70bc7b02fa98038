"""Writers that may still write names which began to leave an app after they had looked at the app's names.

A removal waits for them before it goes over the endpoints: whoever looks later is refused these names, so that nothing
it has passed gets one of them again.
"""

from datetime import UTC, datetime

from audience.apps.pending_removals import LATE_S
from audience.aws.client_types import Table
from audience.aws.control_table import ControlTable
from audience.identifiers import iso_date
from audience.jobs.status import TERMINAL
from audience.layout.control_table import app_partition

# The API remembers an app's names for 10 seconds (http_api.stores), and its function lives 29 more
# (infra.functions.API_GATEWAY_S); the rest is for requests that are on their way.
API_S = 45


def seconds_to_wait(table: Table, application_id: str, now: float) -> int:
    """Return how long writers that know the names of before `now` (seconds since 1970) may still write.

    These are calls of the API; and where an import job runs, or ended a short while ago, its workers, which keep the
    names that they read for as long as they live.
    """
    before = iso_date(datetime.fromtimestamp(now - LATE_S, UTC))
    jobs = ControlTable(table).query(
        app_partition(application_id), "IMPORT#", ProjectionExpression="JobStatus, CompletionDate"
    )
    for job in jobs:
        if job["JobStatus"] not in TERMINAL or job.get("CompletionDate", "9") >= before:
            return LATE_S
    return API_S

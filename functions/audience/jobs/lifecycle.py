"""The creation of jobs, and their way through the statuses, each change announced on EventBridge.

A change is stored with the job before it is announced, and the job stays on the active list until its last change has
been: whatever dies in between, the reconciler announces what is missing. So each change is announced at least once, and
its number tells a late one from a new one.
"""

from collections.abc import Callable
from enum import Enum, auto
from typing import Any

import orjson
from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.metrics.provider.cloudwatch_emf.cloudwatch import AmazonCloudWatchEMFProvider
from botocore.exceptions import BotoCoreError, ClientError

from audience.aws.errors import plain_message
from audience.identifiers import now_iso
from audience.jobs.model import Job, JobKey, Kind
from audience.jobs.status import TERMINAL, Status
from audience.jobs.store import JobStore

logger = Logger(child=True)

SOURCE = "segment-jobs"
DETAIL_TYPE = "Segment Jobs Job Status Change"
# PutEvents takes ten (https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html)
_ENTRIES = 10
_COUNTS = ("TotalPieces", "CompletedPieces", "FailedPieces", "TotalProcessed", "TotalFailures")
_NOT_NOW = (ClientError, BotoCoreError)
_COUNTED = TERMINAL | {"CREATED", "PENDING_JOB"}


class Lifecycle:
    """Moves jobs from status to status."""

    def __init__(self, jobs: JobStore, events: Any) -> None:
        """Keep the job records and the EventBridge client."""
        self.jobs = jobs
        self._events = events

    def advance(self, key: JobKey, status: Status, **members: Any) -> bool:
        """Move the job to `status`, with fields of it (`members`), and announce it.

        Returns:
            False where the job's present status does not let it.
        """
        moved = self.jobs.advance(key, status, **members)
        if moved:
            count_status(key.kind, status)
            self.announce(key)
        return moved

    def announce(self, key: JobKey) -> bool:
        """Announce what has not been announced, and unlist a job that has ended.

        Returns:
            False where that did not work: a job does not wait for it, the reconciler tries again.

        Raises:
            JobNotFoundError: there is no such job (any more).
        """
        try:
            return self._announce(key)
        except _NOT_NOW as refused:
            logger.warning("events refused", reason=plain_message(refused))
            return False

    def _announce(self, key: JobKey) -> bool:
        job = self.jobs.get(key)
        changes = job.changes
        entries = [entry_of(job, number) for number in range(job.announced, len(changes))]
        for start in range(0, len(entries), _ENTRIES):
            if not self._put(entries[start : start + _ENTRIES]):
                return False
        if entries:
            self.jobs.mark_announced(key, len(changes))
        if job.status in TERMINAL:
            self.jobs.active.remove(key, job.run)
        return True

    def _put(self, entries: list[dict[str, str]]) -> bool:
        return not self._events.put_events(Entries=entries)["FailedEntryCount"]


def entry_of(job: Job, number: int) -> dict[str, str]:
    """Build the PutEvents entry of a job's status change, by its number from 0."""
    change, key, item = job.changes[number], job.key, job.to_item()
    detail = {
        "ApplicationId": key.application_id,
        "JobId": key.job_id,
        "Type": key.kind,
        "OldStatus": job.changes[number - 1].status if number else None,
        "NewStatus": change.status,
        "ChangedAt": change.at,
        "ChangeNumber": number + 1,
        **{name: item[name] for name in _COUNTS if name in item},
    }
    return {"Source": SOURCE, "DetailType": DETAIL_TYPE, "Detail": orjson.dumps(detail).decode()}


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
    prefix = "".join(word.capitalize() for word in kind.split("_"))
    metrics.add_metric(name=f"{prefix}Job{name}", unit=MetricUnit.Count, value=1)
    metrics.flush_metrics()


class IfNotStarted(Enum):
    """What becomes of a job that AWS does not let start."""

    FAIL_THE_JOB = auto()  # the job is FAILED, and its creator raises the error
    LEAVE_IT_TO_THE_RECONCILER = auto()  # the job is created, and starts later


class JobCreator:
    """Creates jobs, opens them again, and starts them."""

    def __init__(
        self,
        lifecycle: Lifecycle,
        start: Callable[[JobKey], None],
        release: Callable[[JobKey], None],
        if_not_started: IfNotStarted,
    ) -> None:
        """Keep how statuses move, and what becomes of a job that cannot be started.

        `start` starts a job or lets it wait; `release` makes room for the next one after a job that was not started.
        """
        self._lifecycle = lifecycle
        self._start = start
        self._release = release
        self._if_not_started = if_not_started

    def create(self, job: Job) -> None:
        """Store a new job and start it.

        Raises:
            ClientError: the job could not be recorded; or not started, where that fails it.
            BotoCoreError: AWS could not be reached; likewise.
        """
        try:
            self._lifecycle.jobs.create(job)
        except _NOT_NOW:
            # The answer may have been lost on its way, and the job be there for all that.
            if (
                self._if_not_started is IfNotStarted.FAIL_THE_JOB
                or self._lifecycle.jobs.find(job.key) is None
            ):
                raise
        self._begin(job.key)

    def reopen(self, key: JobKey) -> bool:
        """Run an ended job again, for the pieces that were not done.

        Returns:
            False where the job is neither FAILED nor CANCELLED.

        Raises:
            ClientError: the job could not be started, where that fails it.
            BotoCoreError: Step Functions could not be reached; likewise.
        """
        opened = self._lifecycle.jobs.reopen(key)
        if opened:
            self._begin(key)
        return opened

    def _begin(self, key: JobKey) -> None:
        self._lifecycle.announce(key)
        count_status(key.kind, "CREATED")
        self.start(key)

    def start(self, key: JobKey) -> None:
        """Start a job that has been recorded, or let it wait.

        Raises:
            ClientError: the job could not be started, where that fails it.
            BotoCoreError: Step Functions could not be reached; likewise.
        """
        try:
            self._start(key)
        except _NOT_NOW as refused:
            if self._if_not_started is IfNotStarted.LEAVE_IT_TO_THE_RECONCILER:
                logger.warning("not started yet", reason=type(refused).__name__)
                return
            reason = "The job's execution could not be started."
            self._lifecycle.advance(key, "FAILED", completed=now_iso(), failures=[reason])
            self._release(key)
            raise

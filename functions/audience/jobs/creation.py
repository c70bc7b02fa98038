"""The creation of jobs: each is recorded, announced, counted and started, in this order."""

from collections.abc import Callable
from enum import Enum, auto

from aws_lambda_powertools import Logger
from botocore.exceptions import BotoCoreError, ClientError

from audience.identifiers import now_iso
from audience.jobs.lifecycle import Lifecycle, count_status
from audience.jobs.model import Job, JobKey

logger = Logger(child=True)

_AWS = (ClientError, BotoCoreError)


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
        except _AWS:
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
        except _AWS as refused:
            if self._if_not_started is IfNotStarted.LEAVE_IT_TO_THE_RECONCILER:
                logger.warning("not started yet", reason=type(refused).__name__)
                return
            reason = "The job's execution could not be started."
            self._lifecycle.advance(key, "FAILED", completed=now_iso(), failures=[reason])
            self._release(key)
            raise

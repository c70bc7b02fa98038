"""What the machinery that all jobs share has to know about a kind of jobs.

How jobs of a kind are planned and what they publish is said in the steps of their state machine, which are of one kind
each (functions/plan_*, functions/finish_*).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from audience.aws.client_types import S3Client, Table
from audience.jobs.model import Job, Kind
from audience.resumable_work import Progress


@dataclass(frozen=True)
class JobKind:
    """A kind of jobs; each is defined beside its subject and listed in audience.kinds."""

    name: Kind
    state_machine: str  # the setting with the state machine's ARN (audience.settings.MachineSettings)
    limited: bool = False  # whether its jobs count against the concurrency limit
    # Whether a job's finish step published its result and died before it completed the job; given the control table.
    is_published: Callable[[Table, Job], bool] = lambda _control, _job: False
    # Removes what may not be there in part of a job that was not completed; given the service's bucket, and the control
    # table.
    discard: Callable[[S3Client, str, Table, Job], None] = lambda *_: None
    # Writes the failures in another form beside the failure file; given the service's bucket, the failure files of the
    # pieces in source order, and its own progress. It may raise TimeIsUpError.
    write_failures: Callable[[S3Client, str, Job, Sequence[str], Progress], None] = lambda *_: None


Kinds = Mapping[Kind, JobKind]

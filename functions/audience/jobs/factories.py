"""The parts that start and move jobs, built for a function from its settings."""

from audience.aws.clients import client, table
from audience.jobs.concurrency import ConcurrencyLimit, Scheduler
from audience.jobs.executions import Executions
from audience.jobs.kind import Kinds
from audience.jobs.lifecycle import IfNotStarted, JobCreator, Lifecycle
from audience.jobs.store import JobStore
from audience.settings import ConcurrencySettings, MachineSettings, StorageSettings


def lifecycle_of(storage: StorageSettings) -> Lifecycle:
    """Build what moves this deployment's jobs, announced on its default event bus."""
    return Lifecycle(JobStore(table(storage.control_table)), client("events"))


def executions_of(kinds: Kinds) -> Executions:
    """Build what starts executions of this deployment's state machines."""
    settings = MachineSettings.from_env()
    machines = {kind.name: getattr(settings, kind.state_machine) for kind in kinds.values()}
    return Executions(client("stepfunctions"), machines)


def scheduler_of(storage: StorageSettings, kinds: Kinds) -> Scheduler:
    """Build what starts this deployment's jobs within its concurrency limit."""
    settings = ConcurrencySettings.from_env()
    most, share = settings.max_running_imports, settings.max_running_imports_per_app
    limit = ConcurrencyLimit(table(storage.control_table), most, share)
    return Scheduler(lifecycle_of(storage), executions_of(kinds), limit, kinds)


def creator_of(storage: StorageSettings, kinds: Kinds) -> JobCreator:
    """Build what creates jobs of any kind; one that cannot be started has failed."""
    scheduler = scheduler_of(storage, kinds)
    return JobCreator(
        scheduler.lifecycle, scheduler.start, scheduler.release, if_not_started=IfNotStarted.FAIL_THE_JOB
    )


def unlimited_creator_of(storage: StorageSettings, kinds: Kinds) -> JobCreator:
    """Build what creates jobs that count against no limit; one that cannot be started is started later."""
    return JobCreator(
        lifecycle_of(storage),
        lambda key: executions_of(kinds).start(key, 1),
        lambda _key: None,
        if_not_started=IfNotStarted.LEAVE_IT_TO_THE_RECONCILER,
    )

"""The parts of a job's life put together for a function, from its settings."""

from audience.aws.clients import client, table
from audience.jobs.admission import Admission
from audience.jobs.executions import Executions
from audience.jobs.lifecycle import Lifecycle
from audience.jobs.slots import Slots
from audience.jobs.store import JobStore
from audience.settings import MachineSettings, SlotSettings, StorageSettings


def lifecycle_of(storage: StorageSettings) -> Lifecycle:
    """Build what moves this deployment's jobs, announced on its default event bus."""
    return Lifecycle(JobStore(table(storage.control_table)), client("events"))


def executions_of_env() -> Executions:
    """Return the executions of this deployment's state machines."""
    return Executions(client("stepfunctions"), MachineSettings.from_env())


def slots_of(storage: StorageSettings) -> Slots:
    """Return the slots of this deployment."""
    settings = SlotSettings.from_env()
    most, share = settings.max_running_imports, settings.max_running_imports_per_app
    return Slots(table(storage.control_table), most, share)


def admission_of(storage: StorageSettings) -> Admission:
    """Build what decides which jobs run and which wait in this deployment."""
    return Admission(lifecycle_of(storage), executions_of_env(), slots_of(storage))

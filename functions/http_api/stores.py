"""The stores of this deployment. Clients are made once a process; the rest costs nothing to make."""

from functools import lru_cache

from audience.apps.store import AppStore
from audience.aws.clients import dynamodb_client, table
from audience.endpoints.store import EndpointStore, endpoint_store
from audience.events.store import EventStore
from audience.experience_platform.datasets import DatasetStore
from audience.experience_platform.tenants import TenantStore
from audience.imports.dry_run import DryRun
from audience.jobs.store import JobStore
from audience.segments.store import SegmentStore
from audience.settings import StorageSettings


def settings() -> StorageSettings:
    """Where things are kept."""
    return StorageSettings.from_env()


def apps() -> AppStore:
    """All apps."""
    return AppStore(table(settings().control_table))


def jobs() -> JobStore:
    """All jobs."""
    return JobStore(table(settings().control_table))


def segments() -> SegmentStore:
    """All segments."""
    return SegmentStore(table(settings().control_table))


def tenants() -> TenantStore:
    """All tenants of Experience Platform's dialect."""
    return TenantStore(table(settings().control_table))


def datasets() -> DatasetStore:
    """All datasets."""
    return DatasetStore(table(settings().control_table))


def endpoints(application_id: str) -> EndpointStore:
    """The endpoints of one app."""
    return _endpoints(settings(), application_id)


def dry_run(application_id: str) -> DryRun:
    """A judge of what several rows would come to; it has a store of its own, for it learns names that are not kept."""
    return DryRun(endpoint_store(dynamodb_client(), settings(), application_id))


def events(application_id: str) -> EventStore:
    """The events of one app's endpoints."""
    return EventStore(dynamodb_client(), settings().endpoints_table, application_id)


@lru_cache(maxsize=64)
def _endpoints(where: StorageSettings, application_id: str) -> EndpointStore:
    """Kept, because the store remembers which attribute names the app has."""
    return endpoint_store(dynamodb_client(), where, application_id)

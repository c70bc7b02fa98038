"""The stores of this deployment. Clients are made once a process; the rest costs nothing to make."""

import time
from functools import lru_cache
from typing import TYPE_CHECKING

from audience.apps.settings_store import ApplicationSettingsStore
from audience.apps.store import App, AppStore
from audience.aws.async_dynamodb import OneAtATime
from audience.aws.clients import dynamodb_client, table
from audience.endpoints.attribute_names import AttributeNames
from audience.endpoints.leaving_names import LeavingNames
from audience.endpoints.registered import RegisteredEndpoints
from audience.endpoints.store import EndpointStore, endpoint_store
from audience.events.store import EventStore
from audience.experience_platform.datasets import DatasetStore
from audience.experience_platform.tenants import TenantStore
from audience.jobs.store import JobStore
from audience.settings import StorageSettings

if TYPE_CHECKING:
    from audience.imports.dry_run import DryRun
    from audience.segments.store import SegmentStore

# Attribute names may leave an app, and their removal waits for whoever remembers them
# (audience.attribute_removals.writers).
REMEMBERED_S = 10

_made: dict[str, str] = {}  # when the apps that this process has seen were made, by id


def settings() -> StorageSettings:
    """Return where things are kept."""
    return StorageSettings.from_env()


def apps() -> AppStore:
    """Return the store of all apps."""
    return AppStore(table(settings().control_table))


def application_settings() -> ApplicationSettingsStore:
    """Return the store of all apps' settings."""
    return ApplicationSettingsStore(table(settings().control_table))


def leaving_names(application_id: str) -> LeavingNames:
    """Return the attribute names of one app, and those that leave it."""
    return LeavingNames(table(settings().control_table), application_id)


def jobs() -> JobStore:
    """Return the store of all jobs."""
    return JobStore(table(settings().control_table))


def segments() -> "SegmentStore":
    """Return the store of all segments."""
    from audience.segments.store import SegmentStore  # noqa: PLC0415 - pydantic: not for every request

    return SegmentStore(table(settings().control_table))


def tenants() -> TenantStore:
    """Return the store of all tenants of Experience Platform's API."""
    return TenantStore(table(settings().control_table))


def datasets() -> DatasetStore:
    """Return the store of all datasets."""
    return DatasetStore(table(settings().control_table))


def endpoints(application_id: str) -> EndpointStore:
    """Return the endpoints of one app, for the merge of rows."""
    return _endpoints(settings(), application_id, int(time.time() // REMEMBERED_S))


def registered(application_id: str) -> RegisteredEndpoints:
    """Return the registered endpoints of one app."""
    where, client = settings(), dynamodb_client()
    names = AttributeNames(OneAtATime(client), where.control_table, application_id)
    return RegisteredEndpoints(client, where.endpoints_table, application_id, names)


def forget_deleted(app: App) -> None:
    """Forget what this process remembers of a deleted app that had the same id as this one."""
    if _made.setdefault(app["Id"], app["CreationDate"]) != app["CreationDate"]:
        _endpoints.cache_clear()
        _made[app["Id"]] = app["CreationDate"]


def dry_run(application_id: str) -> "DryRun":
    """Return what judges rows without writing; its store is its own, as it learns names that are not kept."""
    from audience.imports.dry_run import DryRun  # noqa: PLC0415 - all that imports are made of: not for every request

    return DryRun(endpoint_store(OneAtATime(dynamodb_client()), settings(), application_id))


def events(application_id: str) -> EventStore:
    """Return the events of one app's endpoints."""
    return EventStore(dynamodb_client(), settings().endpoints_table, application_id)


@lru_cache(maxsize=64)
def _endpoints(where: StorageSettings, application_id: str, _moment: int) -> EndpointStore:
    """Kept for some seconds, because the store remembers which attribute names the app has."""
    return endpoint_store(OneAtATime(dynamodb_client()), where, application_id)

"""A removal waits for as long as any writer may know names that leave: both numbers are those of the functions."""

from types import SimpleNamespace

import pytest

from audience.apps.pending_removals import LATE_S
from audience.attribute_removals.writers import API_S
from http_api import stores
from infra.functions import API_GATEWAY_S, FUNCTIONS


def test_a_removal_waits_longer_than_a_call_of_the_api_may_write_names_that_it_remembers() -> None:
    assert FUNCTIONS["api"].timeout_s == API_GATEWAY_S
    assert API_S > stores.REMEMBERED_S + API_GATEWAY_S


def test_a_removal_waits_longer_than_a_worker_of_an_import_lives() -> None:
    assert FUNCTIONS["import_piece"].timeout_s < LATE_S


def test_the_api_looks_at_an_apps_names_again_after_some_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CONTROL_TABLE", "ENDPOINTS_TABLE", "BUCKET"):
        monkeypatch.setenv(name, "x")
    monkeypatch.setattr(stores, "dynamodb_client", lambda: None)
    seconds = [0.0]
    monkeypatch.setattr(stores, "time", SimpleNamespace(time=lambda: seconds[0]))
    first = stores.endpoints("app")
    seconds[0] = stores.REMEMBERED_S - 0.1
    assert stores.endpoints("app") is first
    seconds[0] = stores.REMEMBERED_S
    assert stores.endpoints("app") is not first
    stores._endpoints.cache_clear()

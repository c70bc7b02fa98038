"""The guarantees of the deployment's secret: there is one, whoever asks first, and it stays."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from api import paging_tokens


@pytest.fixture
def ask(control, monkeypatch):
    """Asks as a process that has no secret in its memory yet."""
    monkeypatch.setattr(paging_tokens, "table", lambda _: control)
    return lambda: paging_tokens.paging_secret.__wrapped__("control")


def test_the_secret_is_made_once_and_found_again(ask):
    secret = ask()
    assert len(secret) == 32
    assert ask() == secret


def test_processes_that_start_together_agree(ask):
    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(lambda _: ask(), range(16)))) == 1


def test_the_secret_of_another_deployment_is_another(ask, new_table, monkeypatch):
    secret = ask()
    other = new_table()
    monkeypatch.setattr(paging_tokens, "table", lambda _: other)
    assert ask() != secret

"""The guarantees of the store of tenants."""

import pytest

from audience.experience_platform.tenants import AppBoundError, Tenant, TenantStore, TenantTakenError

SHOP = Tenant("org", "prod", "a1", ("crm", "web"))
OTHER_APP = Tenant("org", "prod", "a2", ("crm",))
OTHER_SANDBOX = Tenant("org", "stage", "a1", ("crm",))


@pytest.fixture
def store(control):
    return TenantStore(control)


def test_a_tenant_is_found_by_its_sandbox_and_by_its_app(store):
    store.bind(SHOP)
    assert store.find("org", "prod") == SHOP
    assert store.of_app("a1") == SHOP


def test_a_tenant_that_was_not_bound_is_not_found(store):
    store.bind(SHOP)
    assert store.find("org", "stage") is None
    assert store.find("other", "prod") is None
    assert store.of_app("a2") is None
    assert store.unbind("a2") is None


@pytest.mark.parametrize("name", ["x" * 3000, "\xe9", "a b", ""])
def test_a_text_that_cannot_be_a_name_is_not_found(store, name):
    assert store.find(name, "prod") is None
    assert store.find("org", name) is None


def test_a_bound_sandbox_cannot_be_bound_to_another_app(store):
    store.bind(SHOP)
    with pytest.raises(TenantTakenError):
        store.bind(OTHER_APP)
    assert store.find("org", "prod") == SHOP
    assert store.of_app("a2") is None


def test_a_bound_app_cannot_be_bound_to_another_sandbox(store):
    store.bind(SHOP)
    with pytest.raises(AppBoundError):
        store.bind(OTHER_SANDBOX)
    assert store.of_app("a1") == SHOP
    assert store.find("org", "stage") is None


def test_the_clients_of_a_tenant_can_be_replaced(store):
    store.bind(SHOP)
    changed = Tenant("org", "prod", "a1", ("new",))
    store.bind(changed)
    assert store.find("org", "prod") == changed


def test_after_unbinding_both_app_and_sandbox_can_be_bound_again(store):
    store.bind(SHOP)
    assert store.unbind("a1") == SHOP
    assert store.find("org", "prod") is None
    store.bind(OTHER_APP)
    store.bind(OTHER_SANDBOX)
    assert store.unbind("a2") == OTHER_APP
    assert store.of_app("a1") == OTHER_SANDBOX


class CrashError(Exception):
    pass


class Crashing:
    """The control table; the process dies before its `n`th write."""

    def __init__(self, table, writes):
        self._table = table
        self._left = writes

    def get_item(self, **request):
        return self._table.get_item(**request)

    def put_item(self, **request):
        self._write()
        return self._table.put_item(**request)

    def delete_item(self, **request):
        self._write()
        return self._table.delete_item(**request)

    def _write(self):
        if not self._left:
            raise CrashError
        self._left -= 1


@pytest.mark.parametrize("writes", [0, 1])
def test_a_crash_while_binding_binds_nothing_and_the_next_try_succeeds(store, control, writes):
    with pytest.raises(CrashError):
        TenantStore(Crashing(control, writes)).bind(SHOP)
    assert store.find("org", "prod") is None
    assert store.of_app("a1") is None
    store.bind(OTHER_SANDBOX)
    assert store.of_app("a1") == OTHER_SANDBOX


@pytest.mark.parametrize("writes", [1, 2])
def test_a_crash_after_a_refusal_leaves_the_tenant_to_its_app(store, control, writes):
    store.bind(SHOP)
    with pytest.raises((CrashError, TenantTakenError)):
        TenantStore(Crashing(control, writes)).bind(OTHER_APP)
    assert store.find("org", "prod") == SHOP
    assert store.of_app("a2") is None
    assert store.unbind("a2") is None
    assert store.find("org", "prod") == SHOP


@pytest.mark.parametrize("writes", [0, 1])
def test_a_crash_while_unbinding_is_put_right_by_the_next_try(store, control, writes):
    store.bind(SHOP)
    with pytest.raises(CrashError):
        TenantStore(Crashing(control, writes)).unbind("a1")
    store.unbind("a1")
    assert store.find("org", "prod") is None
    assert list(control.scan()["Items"]) == []

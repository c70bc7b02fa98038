"""Tenants: an organisation's sandbox, the app that it is bound to, and the clients that may call for it."""

import re
from dataclasses import dataclass

from audience.aws.client_types import Table
from audience.aws.control_table import ControlTable
from audience.layout.control_table import TENANT, TENANT_OF_APP, Key

# What names an organisation, a sandbox or a client: visible ASCII, as a header can carry it.
NAME = re.compile(r"[!-~]{1,255}")


@dataclass(frozen=True)
class Tenant:
    """One organisation's sandbox. It is bound to one app, and an app to one of them."""

    organisation: str
    sandbox: str
    application_id: str
    api_keys: tuple[str, ...]  # the ids of the clients that may call


class TenantTakenError(Exception):
    """The organisation's sandbox is bound to another app."""


class AppBoundError(Exception):
    """The app is bound to another organisation or sandbox."""


class TenantStore:
    """Tenants in the control table: an item for each, and a pointer to it among its app's items.

    The tenant's own item decides. The pointer is written before it and removed after it: what a crash leaves is at most
    a pointer without an item, which lets nobody call, and which the next `bind` or `unbind` puts right.
    """

    def __init__(self, table: Table) -> None:
        """Keep the control table."""
        self._control = ControlTable(table)

    def find(self, organisation: str, sandbox: str) -> Tenant | None:
        """Return the tenant of an organisation's sandbox, or None; names may be anything a client sends."""
        if not (NAME.fullmatch(organisation) and NAME.fullmatch(sandbox)):
            return None
        item = self._control.get(_key(organisation, sandbox))
        if item is None:
            return None
        return Tenant(organisation, sandbox, item["application_id"], tuple(item["api_keys"]))

    def of_app(self, application_id: str) -> Tenant | None:
        """Return the tenant that the app is bound to, or None."""
        pointer = self._control.get(TENANT_OF_APP.key(application_id=application_id))
        tenant = self.find(pointer["org"], pointer["sandbox"]) if pointer else None
        return tenant if tenant and tenant.application_id == application_id else None

    def bind(self, tenant: Tenant) -> None:
        """Bind an app to a tenant, or replace the clients that may call.

        Raises:
            TenantTakenError: the tenant is bound to another app.
            AppBoundError: the app is bound to another tenant.
        """
        bound = self.of_app(tenant.application_id)
        if bound and (bound.organisation, bound.sandbox) != (tenant.organisation, tenant.sandbox):
            raise AppBoundError
        pointer = TENANT_OF_APP.key(application_id=tenant.application_id)
        self._control.put(pointer, {"org": tenant.organisation, "sandbox": tenant.sandbox})
        free = self._control.put_if(
            _key(tenant.organisation, tenant.sandbox),
            {"application_id": tenant.application_id, "api_keys": list(tenant.api_keys)},
            "attribute_not_exists(pk) OR application_id = :app",
            {":app": tenant.application_id},
        )
        if not free:
            self._control.delete(pointer)
            raise TenantTakenError

    def unbind(self, application_id: str) -> Tenant | None:
        """Unbind the app, so that nobody can call for it; return its tenant, or None where it had none."""
        tenant = self.of_app(application_id)
        if tenant:
            # Where somebody else released it meanwhile, it may be another app's by now.
            key = _key(tenant.organisation, tenant.sandbox)
            self._control.delete_if(key, "application_id = :app", {":app": application_id})
        self._control.delete(TENANT_OF_APP.key(application_id=application_id))
        return tenant


def _key(organisation: str, sandbox: str) -> Key:
    return TENANT.key(organisation=organisation, sandbox=sandbox)

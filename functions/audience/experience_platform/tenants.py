"""Tenants: an organisation's sandbox, the app that it is bound to, and the clients that may call for it."""

import re
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

# What names an organisation, a sandbox or a client: visible ASCII, as a header can carry it.
NAME = re.compile(r"[!-~]{1,255}")
_REFUSED = "ConditionalCheckFailedException"


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
    """Tenants in the control table: the tenant's own item decides, a note at the app leads to it.

    The note is written before the item and goes after it. So what a crash leaves is at most a note without an item,
    which lets nobody call, and which the next `bind` or `unbind` puts right.
    """

    def __init__(self, table: Any) -> None:
        """Keep the control table (a boto3 Table)."""
        self._table = table

    def find(self, organisation: str, sandbox: str) -> Tenant | None:
        """Return the tenant of an organisation's sandbox, or None; names may be anything a client sends."""
        if not (NAME.fullmatch(organisation) and NAME.fullmatch(sandbox)):
            return None
        item = self._read(_tenant_key(organisation, sandbox))
        if item is None:
            return None
        return Tenant(organisation, sandbox, item["application_id"], tuple(item["api_keys"]))

    def of_app(self, application_id: str) -> Tenant | None:
        """Return the tenant that the app is bound to, or None."""
        note = self._read(_note_key(application_id))
        tenant = self.find(note["org"], note["sandbox"]) if note else None
        return tenant if tenant and tenant.application_id == application_id else None

    def bind(self, tenant: Tenant) -> None:
        """Bind an app to a tenant, or replace the clients that may call.

        Raises:
            TenantTakenError: the tenant is bound to another app.
            AppBoundError: the app is bound to another tenant.
        """
        bound = self.of_app(tenant.application_id)
        place = (tenant.organisation, tenant.sandbox)
        if bound and (bound.organisation, bound.sandbox) != place:
            raise AppBoundError
        note = {"org": tenant.organisation, "sandbox": tenant.sandbox}
        self._table.put_item(Item={**_note_key(tenant.application_id), **note})
        try:
            self._table.put_item(
                Item={
                    **_tenant_key(*place),
                    "application_id": tenant.application_id,
                    "api_keys": list(tenant.api_keys),
                },
                ConditionExpression="attribute_not_exists(pk) OR application_id = :app",
                ExpressionAttributeValues={":app": tenant.application_id},
            )
        except ClientError as refused:
            if refused.response["Error"]["Code"] != _REFUSED:
                raise
            self._table.delete_item(Key=_note_key(tenant.application_id))
            raise TenantTakenError from None

    def unbind(self, application_id: str) -> Tenant | None:
        """Unbind the app, so that nobody can call for it; return its tenant, or None where it had none."""
        tenant = self.of_app(application_id)
        if tenant:
            self._release(tenant)
        self._table.delete_item(Key=_note_key(application_id))
        return tenant

    def _release(self, tenant: Tenant) -> None:
        try:
            self._table.delete_item(
                Key=_tenant_key(tenant.organisation, tenant.sandbox),
                ConditionExpression="application_id = :app",
                ExpressionAttributeValues={":app": tenant.application_id},
            )
        except ClientError as refused:
            # Somebody else released it meanwhile, and it may be another app's by now.
            if refused.response["Error"]["Code"] != _REFUSED:
                raise

    def _read(self, key: dict[str, str]) -> dict[str, Any] | None:
        item: dict[str, Any] | None = self._table.get_item(Key=key, ConsistentRead=True).get("Item")
        return item


def _tenant_key(organisation: str, sandbox: str) -> dict[str, str]:
    return {"pk": f"TENANT#{organisation}", "sk": f"SANDBOX#{sandbox}"}


def _note_key(application_id: str) -> dict[str, str]:
    return {"pk": f"APP#{application_id}", "sk": "TENANT"}

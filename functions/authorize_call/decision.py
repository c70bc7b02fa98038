"""Whether a call may be made: Adobe's codes and texts for the calls that may not."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from audience.experience_platform.tenants import Tenant

API_KEY, ORGANISATION, SANDBOX = "x-api-key", "x-gw-ims-org-id", "x-sandbox-name"


@dataclass(frozen=True)
class Allowed:
    """The call may be made by `client`; without a tenant, the service answers that a header is missing."""

    client: str
    tenant: Tenant | None = None

    @property
    def context(self) -> dict[str, str]:
        """What the service is told of the caller."""
        if self.tenant is None:
            return {"client_id": self.client}
        return {
            "application_id": self.tenant.application_id,
            "organisation": self.tenant.organisation,
            "sandbox": self.tenant.sandbox,
            "client_id": self.client,
        }


@dataclass(frozen=True)
class Denied:
    """The call is refused."""

    error_code: str
    message: str

    @property
    def context(self) -> dict[str, str]:
        """What the gateway prints."""
        return {"error_code": self.error_code, "message": self.message}


NO_TOKEN = Denied("403010", "Oauth token is missing.")
NO_API_KEY = Denied("403000", "Api Key is required")
WRONG_API_KEY = Denied("403003", "Api Key is invalid")


def decide(
    headers: Mapping[str, str],
    client_of: Callable[[str], str | None],
    tenant_of: Callable[[str, str], Tenant | None],
) -> Allowed | Denied:
    """Decide whether a call may be made.

    Args:
        headers: the request's headers, by name in lower case.
        client_of: the client of a token; raises where the token is not valid.
        tenant_of: the tenant of an organisation and a sandbox.
    """
    token = bearer_token(headers.get("authorization", ""))
    if not token:
        return NO_TOKEN
    client, api_key = client_of(token), headers.get(API_KEY, "")
    if not api_key:
        return NO_API_KEY
    if api_key != client:
        return WRONG_API_KEY
    organisation, sandbox = headers.get(ORGANISATION, ""), headers.get(SANDBOX, "")
    if not organisation or not sandbox:
        return Allowed(client)
    tenant = tenant_of(organisation, sandbox)
    if tenant is None or client not in tenant.api_keys:
        return WRONG_API_KEY
    return Allowed(client, tenant)


def bearer_token(authorization: str) -> str:
    """Return the token of an Authorization header (RFC 6750); empty where it holds none."""
    scheme, _, token = authorization.strip().partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""

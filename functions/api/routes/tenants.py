"""The tenant of Experience Platform's API that an app is bound to (not in Pinpoint's API)."""

from api import examples
from api.existing import existing_app
from api.models import PlatformRequest, read
from api.routes import paths
from audience.experience_platform.tenants import AppBoundError, Tenant, TenantTakenError
from http_api import stores
from http_api.call import Body, Call
from http_api.errors import ConflictError, NotFoundError
from http_api.operations import operation
from http_api.routing import ResourceRouter
from http_api.schemas import TEXT, array_of, closed_object

router = ResourceRouter(Call)

_BINDING = closed_object(
    {"ApplicationId": TEXT, "ImsOrgId": TEXT, "SandboxName": TEXT, "ApiKeys": array_of(TEXT)}
)


@router.put(paths.EXPERIENCE_PLATFORM)
@operation("BindApp", request=PlatformRequest, response=_BINDING, refusals=(409,), example=examples.BINDING)
def bind_app() -> Body:
    """Bind the app to an organisation's sandbox, or replace the clients (API keys) that may call for it."""
    call = router.call()
    application_id = existing_app(call)
    request = read(PlatformRequest, call.body())
    tenant = Tenant(request.ims_org_id, request.sandbox_name, application_id, tuple(request.api_keys))
    try:
        stores.tenants().bind(tenant)
    except TenantTakenError:
        raise ConflictError(
            f"SandboxName: {tenant.sandbox!r} of {tenant.organisation!r} is bound to another app"
        ) from None
    except AppBoundError:
        raise ConflictError(
            "ImsOrgId: the app is bound to another organisation or sandbox; delete that binding first"
        ) from None
    return _response(tenant)


@router.get(paths.EXPERIENCE_PLATFORM)
@operation("GetBinding", response=_BINDING)
def get_binding() -> Body:
    """Return what the app is bound to."""
    call = router.call()
    return _response(_bound(call, stores.tenants().of_app(existing_app(call))))


@router.delete(paths.EXPERIENCE_PLATFORM)
@operation("UnbindApp", response=_BINDING)
def unbind_app() -> Body:
    """Let nobody call Experience Platform's API for the app any more; return what it was bound to."""
    call = router.call()
    return _response(_bound(call, stores.tenants().unbind(existing_app(call))))


def _bound(call: Call, tenant: Tenant | None) -> Tenant:
    if tenant is None:
        raise NotFoundError(
            f"application-id: the app {call.id('application-id')!r} is bound to no organisation"
        )
    return tenant


def _response(tenant: Tenant) -> Body:
    return {
        "ApplicationId": tenant.application_id,
        "ImsOrgId": tenant.organisation,
        "SandboxName": tenant.sandbox,
        "ApiKeys": list(tenant.api_keys),
    }

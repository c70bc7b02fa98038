"""Apps: the owners of everything else."""

import time

from api import job_creation
from api.arns import arn
from api.existing import existing_app
from api.models import CreateApplicationRequest, read
from api.paging import PAGE, Listing
from api.routes import paths
from audience.apps.pending_removals import add_pending_removal
from audience.apps.removal import remove_some
from audience.apps.store import App
from audience.aws.clients import client, table
from audience.identifiers import new_id, now_iso
from http_api import stores
from http_api.call import Body, Call
from http_api.errors import NotFoundError
from http_api.operations import Shape, operation
from http_api.routing import ResourceRouter

router = ResourceRouter(Call)

# What is left of the 29 s that API Gateway waits, when a removal stops and leaves the rest to reconcile_job.
_RESERVE_MS = 10_000


@router.post(paths.APPS, status_code=201)
@operation("CreateApp", request=CreateApplicationRequest, response=Shape("ApplicationResponse"))
def create_app() -> Body:
    """Create an app."""
    request = read(CreateApplicationRequest, router.call().body())
    return _response(stores.apps().create(new_id(), request.name, request.tags or {}, now_iso()))


@router.get(paths.APPS)
@operation("GetApps", response=Shape("ApplicationsResponse"), query=PAGE)
def get_apps() -> Body:
    """List the apps, newest first."""
    listing = Listing(router.call())
    apps, following = stores.apps().page(listing.limit, listing.after)
    return listing.answer([_response(app) for app in apps], following)


@router.get(paths.APP)
@operation("GetApp", response=Shape("ApplicationResponse"))
def get_app() -> Body:
    """Return an app."""
    call = router.call()
    application_id = call.id("application-id")
    return _response(_found(stores.apps().find(application_id), application_id))


@router.delete(paths.APP)
@operation("DeleteApp", response=Shape("ApplicationResponse"))
def delete_app() -> Body:
    """Delete an app: it answers 404 from now on; its jobs are stopped and its data removed.

    What this call leaves, and what workers write that still run, is removed by reconcile_job.
    """
    application_id = existing_app(router.call())
    settings = stores.settings()
    control = table(settings.control_table)
    add_pending_removal(control, application_id, time.time())
    app = _found(stores.apps().delete(application_id), application_id)
    job_creation.stop_all(application_id)
    remove_some(
        control,
        table(settings.endpoints_table),
        client("s3"),
        settings.bucket,
        application_id,
        may_go_on=lambda: router.lambda_context.get_remaining_time_in_millis() > _RESERVE_MS,
        now=time.time(),
    )
    return _response(app)


def _found(app: App | None, application_id: str) -> App:
    if app is None:
        raise NotFoundError(f"application-id: there is no app {application_id!r}")
    return app


def _response(app: App) -> Body:
    return {**app, "Arn": arn(f"apps/{app['Id']}")}

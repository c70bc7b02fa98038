"""Apps: the owners of everything else."""

import time

from api import examples, job_creation
from api.arns import arn
from api.existing import existing_app
from api.models import CreateApplicationRequest, read
from api.paging import PAGE, Listing
from api.reserved_tags import OF_APPS, check_reserved_tags, chosen_id
from api.routes import paths
from audience.apps.pending_removals import add_pending_removal, is_being_removed
from audience.apps.removal import remove_some
from audience.apps.store import App, AppExistsError
from audience.aws.clients import client, table
from audience.identifiers import new_id, now_iso
from http_api import stores
from http_api.call import Body, Call
from http_api.errors import ConflictError, NotFoundError
from http_api.operations import Shape, operation
from http_api.routing import ResourceRouter

router = ResourceRouter(Call)

# What is left of the 29 s that API Gateway waits, when a removal stops and leaves the rest to reconcile_job.
_RESERVE_MS = 10_000


@router.post(paths.APPS, status_code=201)
@operation(
    "CreateApp",
    request=CreateApplicationRequest,
    response=Shape("ApplicationResponse"),
    refusals=(409,),
    example=examples.APP,
)
def create_app() -> Body:
    """Create an app. It gets the id that the request gives (`Id`, or the tag `segment-jobs:id`), or a new one."""
    request = read(CreateApplicationRequest, router.call().body())
    tags = request.tags or {}
    check_reserved_tags(tags, OF_APPS)
    chosen = chosen_id(request.id, tags)
    try:
        app = stores.apps().create(chosen or new_id(), request.name, tags, now_iso())
    except AppExistsError as other:
        raise ConflictError(
            f"Id: there is an app {chosen!r} already, {other.app['Name']!r} of {other.app['CreationDate']}"
        ) from None
    if chosen:
        _refuse_while_removed(chosen)
    return _response(app)


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


def _refuse_while_removed(application_id: str) -> None:
    """Take an app back whose id is that of one being removed: what is left of that one has the same keys.

    This is asked after the app was stored. An app that is deleted is listed as being removed before its id is free.
    """
    if is_being_removed(table(stores.settings().control_table), application_id):
        stores.apps().delete(application_id)
        raise ConflictError(
            f"Id: the app {application_id!r} was deleted and what it had is still being removed; its id can be used "
            "again when that has ended, about half an hour after the deletion"
        )


def _found(app: App | None, application_id: str) -> App:
    if app is None:
        raise NotFoundError(f"application-id: there is no app {application_id!r}")
    return app


def _response(app: App) -> Body:
    shown = {name: value for name, value in app.items() if name != "tags_change"}
    return {**shown, "Arn": arn(f"apps/{app['Id']}")}

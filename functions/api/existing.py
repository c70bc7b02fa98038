"""What a request's path names, looked up: the app that a resource belongs to."""

from http_api import stores
from http_api.call import Call
from http_api.errors import NotFoundError


def existing_app(call: Call) -> str:
    """Look up the app in the request's path, and return its id.

    Raises:
        NotFoundError: there is no such app.
    """
    application_id = call.id("application-id")
    app = stores.apps().find(application_id)
    if app is None:
        raise NotFoundError(f"application-id: there is no app {application_id!r}")
    stores.forget_deleted(app)
    return application_id

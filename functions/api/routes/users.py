"""Users: their endpoints."""

from api.existing import existing_app
from api.routes import paths
from api.routes.endpoints import possible_id
from audience.aws.pages import page_from
from audience.endpoints.documents import Document, endpoint_response
from audience.endpoints.users import MAX_ENDPOINTS
from http_api import stores
from http_api.call import Body, Call
from http_api.errors import NotFoundError, PayloadTooLargeError
from http_api.operations import Shape, operation
from http_api.routing import ResourceRouter

router = ResourceRouter(Call)


@router.get(paths.USER)
@operation("GetUserEndpoints", response=Shape("EndpointsResponse"))
def get_user_endpoints() -> Body:
    """Return a user's endpoints."""
    call = router.call()
    application_id, user_id = existing_app(call), possible_id(call, "user-id")
    documents = stores.registered(application_id).of_user(user_id)
    items, more = _items(documents, application_id, user_id)
    if more:
        raise PayloadTooLargeError(
            f"user-id: the {len(documents)} endpoints of {user_id[:100]!r} are larger than one answer can be; "
            "read them one by one"
        )
    return {"Item": items}


@router.delete(paths.USER, status_code=202)
@operation("DeleteUserEndpoints", response=Shape("EndpointsResponse"))
def delete_user_endpoints() -> Body:
    """Delete a user's endpoints, and the user's attributes with them.

    The answer gives back what the endpoints were, as many as it can carry.
    """
    call = router.call()
    application_id, user_id = existing_app(call), possible_id(call, "user-id")
    documents = stores.registered(application_id).delete_user(user_id)
    return {"Item": _items(documents, application_id, user_id)[0]}


def _items(documents: list[Document], application_id: str, user_id: str) -> tuple[list[Body], bool]:
    """Return what an answer can carry of a user's endpoints, and whether that leaves some out."""
    if not documents:
        raise NotFoundError(f"user-id: there is no endpoint of a user {user_id[:100]!r}")
    return page_from([endpoint_response(document, application_id) for document in documents], MAX_ENDPOINTS)

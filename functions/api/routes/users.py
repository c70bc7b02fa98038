"""Users: their endpoints."""

from api import stores
from api.call import Body
from api.errors import NotFoundError
from api.router import ResourceRouter
from api.routes import paths
from api.routes.endpoints import existing_name, response
from audience.endpoints.store import Document

router = ResourceRouter()


@router.get(paths.USER)
def get_user_endpoints() -> Body:
    """GetUserEndpoints."""
    call = router.call()
    application_id, user_id = call.application_id(), existing_name(call, "user-id")
    return _response(stores.endpoints(application_id).of_user(user_id), application_id, user_id)


@router.delete(paths.USER, status_code=202)
def delete_user_endpoints() -> Body:
    """DeleteUserEndpoints: gives back what they were; the user's attributes go with them."""
    call = router.call()
    application_id, user_id = call.application_id(), existing_name(call, "user-id")
    return _response(stores.endpoints(application_id).delete_user(user_id), application_id, user_id)


def _response(documents: list[Document], application_id: str, user_id: str) -> Body:
    if not documents:
        raise NotFoundError(f"user-id: there is no endpoint of a user {user_id[:100]!r}")
    return {"Item": [response(document, application_id) for document in documents]}

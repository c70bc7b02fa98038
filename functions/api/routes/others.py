"""All paths that are no other resource's: Pinpoint's operations that are not answered here, and what never was any."""

from typing import NoReturn

from api.routes import paths
from api.unanswered import refusal
from http_api.call import Call
from http_api.routing import ResourceRouter

router = ResourceRouter(Call)


@router.route(paths.OTHERS, method=["DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"])
def refuse() -> NoReturn:
    """Say what the operation is, where it lives now and what comes nearest."""
    raise refusal(router.current_event.http_method, f"/{router.current_event.path_parameters['proxy']}")

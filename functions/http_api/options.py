"""OPTIONS on every resource: which methods it has, and what browsers may send (CORS)."""

from collections.abc import Iterable

from aws_lambda_powertools.event_handler import Response

from http_api.routing import Resolver

_DAY_S = "86400"


def answer_options(resolver: Resolver, paths: Iterable[str], sent_headers: str) -> None:
    """Answer OPTIONS on all resources of the resolver.

    Args:
        resolver: knows the methods of each resource.
        paths: the resources.
        sent_headers: what browsers may send, comma-separated.
    """

    def options() -> Response[None]:
        return _response(resolver.allowed(resolver.current_event.resource), sent_headers)

    for path in paths:
        resolver.route(path, "OPTIONS")(options)


def _response(allowed: str, sent_headers: str) -> Response[None]:
    headers = {
        "Allow": allowed,
        "Access-Control-Allow-Methods": allowed,
        "Access-Control-Allow-Headers": sent_headers,
        "Access-Control-Max-Age": _DAY_S,
    }
    return Response(status_code=200, headers=headers)

"""OPTIONS on every resource: which methods it has, and what browsers may send (CORS)."""

from collections.abc import Iterable

from aws_lambda_powertools.event_handler import Response

from api.resolver import Resolver

# What SigV4 and the AWS SDKs for browsers send, and what is ours.
SIGNED_HEADERS = (
    "Authorization,Content-Type,X-Amz-Date,X-Amz-Security-Token,X-Amz-Content-Sha256,X-Amz-User-Agent,"
    "amz-sdk-invocation-id,amz-sdk-request,Idempotency-Key"
)
_DAY_S = "86400"


def register(resolver: Resolver, paths: Iterable[str], headers: str) -> None:
    """Answer OPTIONS on all resources of the resolver.

    Args:
        resolver: knows the methods of each resource.
        paths: the resources.
        headers: what browsers may send, comma-separated.
    """

    def options() -> Response[None]:
        return _response(resolver.allowed(resolver.current_event.resource), headers)

    for path in paths:
        resolver.route(path, "OPTIONS")(options)


def _response(allowed: str, headers: str) -> Response[None]:
    answer = {
        "Allow": allowed,
        "Access-Control-Allow-Methods": allowed,
        "Access-Control-Allow-Headers": headers,
        "Access-Control-Max-Age": _DAY_S,
    }
    return Response(status_code=200, headers=answer)

"""OPTIONS on every resource: which methods it has, and what browsers may send (CORS)."""

from aws_lambda_powertools.event_handler import Response

from api.resolver import Resolver
from api.routes.paths import PATHS

# What SigV4 and the AWS SDKs for browsers send, and what is ours.
_HEADERS = (
    "Authorization,Content-Type,X-Amz-Date,X-Amz-Security-Token,X-Amz-Content-Sha256,X-Amz-User-Agent,"
    "amz-sdk-invocation-id,amz-sdk-request,Idempotency-Key"
)
_DAY_S = "86400"


def register(resolver: Resolver) -> None:
    """Answer OPTIONS on all resources of the resolver."""

    def options() -> Response[None]:
        return _response(resolver.allowed(resolver.current_event.resource))

    for path in PATHS:
        resolver.route(path, "OPTIONS")(options)


def _response(allowed: str) -> Response[None]:
    headers = {
        "Allow": allowed,
        "Access-Control-Allow-Methods": allowed,
        "Access-Control-Allow-Headers": _HEADERS,
        "Access-Control-Max-Age": _DAY_S,
    }
    return Response(status_code=200, headers=headers)

"""The API that speaks Experience Platform's dialect, as functions/experience_platform_api answers it."""

from experience_platform_api.call import ORGANISATION_HEADER, SANDBOX_HEADER
from experience_platform_api.handler import resolver
from experience_platform_api.routes.paths import PATHS
from http_api.openapi.api_description import ApiDescription, Refusals
from http_api.openapi.contents import to_schema
from http_api.operations import Schema
from http_api.schemas import TEXT, array_of, closed_object

_NAMES = {
    400: "BadRequestError",
    401: "UnauthorizedError",
    403: "ForbiddenError",
    404: "NotFoundError",
    405: "MethodNotAllowedError",
    409: "ConflictError",
    413: "PayloadTooLargeError",
    429: "TooManyRequestsError",
    500: "InternalServerError",
    503: "ServiceUnavailableError",
}


def api_description(version: str) -> ApiDescription:
    """Return everything that the resolver answers."""
    return ApiDescription(
        title="Segment Jobs, Experience Platform's dialect",
        description="Export jobs, merge policies and datasets, as clients of Adobe Experience Platform know them.",
        version=version,
        paths=PATHS,
        base_path="/data",
        routes=tuple(resolver.routes),
        parameter_patterns={},
        to_schema=to_schema,
        refusals=Refusals(
            _error(), _NAMES, headers={}, of_any_request=(400, 401, 403, 405, 413, 429, 500, 503)
        ),
        security=_security(),
    )


def _security() -> dict[str, Schema]:
    """Return the token and the headers that say who calls for whom: a call carries all of them."""
    headers = {"ApiKey": "x-api-key", "Organisation": ORGANISATION_HEADER, "Sandbox": SANDBOX_HEADER}
    named = {name: {"type": "apiKey", "in": "header", "name": header} for name, header in headers.items()}
    return {"Bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}, **named}


def _error() -> Schema:
    """Return Adobe's three shapes: of the gateway, of findings in a request, and of everything else."""
    problem = {"type": TEXT, "title": TEXT, "status": {"type": "integer"}}
    finding = closed_object({"code": TEXT, "message": TEXT})
    findings = closed_object({"400": {**array_of(finding), "minItems": 1}})
    return {
        "oneOf": [
            closed_object({"error_code": {"type": "string", "pattern": "^[0-9]{6}$"}, "message": TEXT}),
            closed_object({**problem, "requestId": TEXT, "errors": findings}),
            closed_object({**problem, "detail": TEXT}, {"requestId": TEXT}),
        ]
    }

"""The API that speaks Experience Platform's dialect, as functions/experience_platform_api answers it."""

import re
from typing import Any

from aws_lambda_powertools.event_handler.api_gateway import Route

from experience_platform_api.call import ORGANISATION_HEADER, SANDBOX_HEADER
from experience_platform_api.export_models import ExportJobRequest
from experience_platform_api.handler import resolver
from experience_platform_api.models import DatasetRequest, MergePolicyRequest, Request
from experience_platform_api.routes.paths import PATHS
from local.openapi.api_description import ApiDescription, Operation, Refusals, Schema
from local.openapi.profiles import ANSWERS, QUERIES

_REFERENCE = "#/components/schemas/{model}"
_BODIES: dict[str, type[Request]] = {
    "CreateExportJob": ExportJobRequest,
    "CreateMergePolicy": MergePolicyRequest,
    "CreateDataset": DatasetRequest,
}
_CONFLICTS = {"DeleteExportJob", "DeleteMergePolicy"}
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
_TEXT: Schema = {"type": "string"}


def api_description() -> ApiDescription:
    """Everything that the resolver answers."""
    return ApiDescription(
        title="Segment Jobs, Experience Platform's dialect",
        description="Export jobs, merge policies and datasets, as clients of Adobe Experience Platform know them.",
        paths=PATHS,
        routes=tuple(resolver.routes),
        describe=_described,
        refusals=Refusals(
            _error(), _NAMES, headers={}, of_any_request=(400, 401, 403, 405, 413, 429, 500, 503)
        ),
        security=_security(),
    )


def _described(route: Route, schemas: dict[str, Schema]) -> Operation:
    path = str(route.path)
    if route.method == "OPTIONS":
        steps = re.findall(r"\w+", path.removeprefix("/data"))
        return Operation(
            name="".join(["Options", *(step[:1].upper() + step[1:] for step in steps)]), signed=False
        )
    name = route.func.__name__.title().replace("_", "")
    return Operation(
        name=name,
        request=_body(_BODIES[name], schemas) if name in _BODIES else None,
        response=ANSWERS[name],
        query=QUERIES.get(name, {}),
        refusals=((404,) if "{" in path else ()) + ((409,) if name in _CONFLICTS else ()),
    )


def _body(model: type[Request], schemas: dict[str, Schema]) -> Schema:
    """The request as we read it; the structures inside it are defined once and referred to."""
    schema: dict[str, Any] = model.model_json_schema(ref_template=_REFERENCE)
    schemas.update(schema.pop("$defs", {}))
    return schema


def _security() -> dict[str, Schema]:
    """The token, and the headers that say who calls for whom: a call carries all of them."""
    headers = {"ApiKey": "x-api-key", "Organisation": ORGANISATION_HEADER, "Sandbox": SANDBOX_HEADER}
    named = {name: {"type": "apiKey", "in": "header", "name": header} for name, header in headers.items()}
    return {"Bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}, **named}


def _error() -> Schema:
    """Adobe's three shapes: of the gateway, of findings in a request, and of everything else."""
    problem = {"type": _TEXT, "title": _TEXT, "status": {"type": "integer"}}
    finding = _closed({"code": _TEXT, "message": _TEXT})
    findings = _closed({"400": {"type": "array", "items": finding, "minItems": 1}})
    told = _closed({**problem, "detail": _TEXT})
    told["properties"]["requestId"] = _TEXT
    return {
        "oneOf": [
            _closed({"error_code": {"type": "string", "pattern": "^[0-9]{6}$"}, "message": _TEXT}),
            _closed({**problem, "requestId": _TEXT, "errors": findings}),
            told,
        ]
    }


def _closed(members: dict[str, Schema]) -> Schema:
    return {
        "type": "object",
        "properties": dict(members),
        "required": list(members),
        "additionalProperties": False,
    }

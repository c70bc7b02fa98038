"""The OpenAPI document of an API (https://spec.openapis.org/oas/v3.1.1.html)."""

import re
from typing import Any

from aws_lambda_powertools.event_handler.api_gateway import Route

from local.openapi.api_description import ApiDescription, Operation, Refusals, Schema

Document = dict[str, Any]
_PARAMETER = re.compile(r"{([^}]+)}")


def document_of(api: ApiDescription) -> Document:
    """Every method that the door's resolver answers on every one of its paths."""
    schemas: dict[str, Schema] = {"Error": api.refusals.schema}
    paths: dict[str, Any] = {path: {} for path in api.paths}
    for route in api.routes:
        operation = api.describe(route, schemas)
        paths[str(route.path)][route.method.lower()] = _operation(route, operation, api.refusals)
    return {
        "openapi": "3.1.0",
        "info": {"title": api.title, "version": "1", "description": api.description},
        "paths": paths,
        "components": {
            "schemas": dict(sorted(schemas.items())),
            "responses": {name: _refusal(name, api.refusals) for name in api.refusals.names.values()},
            "securitySchemes": dict(api.security),
        },
        "security": [{name: [] for name in api.security}],
    }


def _operation(route: Route, operation: Operation, refusals: Refusals) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": operation.name,
        "description": (route.func.__doc__ or "").strip(),
        "parameters": [
            *(_parameter("path", name, operation) for name in _PARAMETER.findall(str(route.path))),
            *(_parameter("query", name, operation) for name in operation.query),
            *(_parameter("header", name, operation) for name in operation.headers),
        ],
        "responses": {
            str(route.status_code): _answer(operation),
            **{
                str(status): {"$ref": f"#/components/responses/{refusals.names[status]}"}
                for status in sorted({*refusals.of_any_request, *operation.refusals})
            },
        },
    }
    if operation.request is not None:
        described["requestBody"] = {"required": True, "content": _json(operation.request)}
    if not operation.signed:
        described["security"] = []
    return described


def _parameter(place: str, name: str, operation: Operation) -> dict[str, Any]:
    schema = {"type": "string"}
    if name in operation.patterns:
        schema["pattern"] = operation.patterns[name]
    described = {"name": name, "in": place, "required": place == "path", "schema": schema}
    why = {**operation.query, **operation.headers}.get(name)
    return described | ({"description": why} if why else {})


def _answer(operation: Operation) -> dict[str, Any]:
    if operation.response is None:
        return {"description": f"{operation.name}: no body"}
    return {"description": operation.name, "content": _json(operation.response)}


def _refusal(name: str, refusals: Refusals) -> dict[str, Any]:
    headers = {
        header: {"description": why, "required": True, "schema": {"type": "string"}}
        for header, why in refusals.headers.items()
    }
    schema = {"$ref": "#/components/schemas/Error"}
    return {"description": name, "headers": headers, "content": _json(schema)}


def _json(schema: Schema) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}

"""The OpenAPI document of an API (https://spec.openapis.org/oas/v3.1.1.html)."""

import inspect
import re
from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools.event_handler.api_gateway import Route

from http_api.openapi.api_description import ApiDescription, Refusals, Schemas
from http_api.operations import Content, File, Operation, Parameter, Schema, operation_of

OpenApiDocument = dict[str, Any]
_PATH_PARAMETER = re.compile(r"{([^}]+)}")


def openapi_document(api: ApiDescription) -> OpenApiDocument:
    """Return the description of every method that the API's resolver answers on every one of its paths.

    Raises:
        UndescribedRouteError: a route has no @operation.
    """
    schemas: Schemas = {"Error": api.refusals.schema}
    paths: dict[str, Any] = {path: {} for path in api.paths}
    for route in api.routes:
        paths[str(route.path)][route.method.lower()] = _method(api, route, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": api.title, "version": api.version, "description": api.description},
        "servers": list(api.servers),
        "paths": paths,
        "components": {
            "schemas": dict(sorted(schemas.items())),
            "responses": {name: _refusal(name, api.refusals) for name in api.refusals.names.values()},
            "securitySchemes": dict(api.security),
        },
        "security": [{name: [] for name in api.security}],
    }


def _method(api: ApiDescription, route: Route, schemas: Schemas) -> dict[str, Any]:
    path, open_to_all = str(route.path), route.method == "OPTIONS"
    patterns = {} if open_to_all else api.parameter_patterns  # OPTIONS looks at no id
    operation = _options(path.removeprefix(api.base_path)) if open_to_all else operation_of(route)
    described: dict[str, Any] = {
        "operationId": operation.name,
        "description": inspect.getdoc(route.func) or "",
        "parameters": [
            *(_parameter_of_path(name, patterns) for name in _PATH_PARAMETER.findall(path)),
            *(_parameter("query", parameter) for parameter in operation.query),
            *(_parameter("header", parameter) for parameter in operation.headers),
        ],
        "responses": {
            str(route.status_code): _answer(operation, api, schemas),
            **_refusals_of(operation, path, api.refusals, open_to_all=open_to_all),
        },
    }
    if operation.request is not None:
        content = _json(operation.request, api, schemas)
        if operation.example is not None:
            content["application/json"]["example"] = operation.example
        described["requestBody"] = {"required": True, "content": content}
    if open_to_all:
        described["security"] = []
    return described


def _options(path: str) -> Operation:
    """Return OPTIONS of a path, named by it: one function answers all of them (http_api.options)."""
    steps = re.findall(r"\w+", path)
    return Operation("".join(["Options", *(step[:1].upper() + step[1:] for step in steps)]), response=None)


def _parameter_of_path(name: str, patterns: Mapping[str, str]) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": _text(patterns.get(name))}


def _parameter(place: str, parameter: Parameter) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "in": place,
        "required": False,
        "schema": _text(parameter.pattern),
        "description": parameter.description,
    }


def _text(pattern: str | None) -> Schema:
    return {"type": "string"} | ({"pattern": pattern} if pattern else {})


def _answer(operation: Operation, api: ApiDescription, schemas: Schemas) -> dict[str, Any]:
    if operation.response is None:
        return {"description": f"{operation.name}: no body"}
    if isinstance(operation.response, File):
        # What is binary has no schema (https://spec.openapis.org/oas/v3.1.1.html#considerations-for-file-uploads).
        return {"description": operation.name, "content": {operation.response.media_type: {}}}
    return {"description": operation.name, "content": _json(operation.response, api, schemas)}


def _refusals_of(
    operation: Operation, path: str, refusals: Refusals, *, open_to_all: bool
) -> dict[str, Schema]:
    """Every request can name a thing that does not exist, if its path has a parameter."""
    missing = (404,) if _PATH_PARAMETER.search(path) and not open_to_all else ()
    statuses = sorted({*refusals.of_any_request, *operation.refusals, *missing})
    return {str(status): {"$ref": f"#/components/responses/{refusals.names[status]}"} for status in statuses}


def _refusal(name: str, refusals: Refusals) -> dict[str, Any]:
    headers = {
        header: {"description": why, "required": True, "schema": {"type": "string"}}
        for header, why in refusals.headers.items()
    }
    schema = {"$ref": "#/components/schemas/Error"}
    return {
        "description": name,
        "headers": headers,
        "content": {"application/json": {"schema": schema}},
    }


def _json(content: Content, api: ApiDescription, schemas: Schemas) -> dict[str, Any]:
    return {"application/json": {"schema": api.to_schema(content, schemas)}}

"""Operations are described at their routes; what is called as in Pinpoint's API has the names of botocore's model."""

from dataclasses import replace

import pytest

from api.handler import resolver as pinpoint_resolver
from api.openapi.pinpoint import api_description, pinpoint_model
from experience_platform_api.handler import resolver as experience_platform_resolver
from http_api.openapi.document import openapi_document
from http_api.operations import Shape, UndescribedRouteError, operation_of
from http_api.routing import Resolver
from infra.version import VERSION

ROUTES = [
    route
    for resolver in (pinpoint_resolver, experience_platform_resolver)
    for route in resolver.routes
    if route.method != "OPTIONS" and "proxy" not in route.path
]


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_every_route_is_described(route):
    assert operation_of(route).name, f"{route.method} {route.path}: its @operation has no name"


def test_a_route_without_a_description_is_named():
    resolver = Resolver()
    resolver.get("/v1/new")(forgotten)
    api = replace(api_description(VERSION), paths=("/v1/new",), routes=tuple(resolver.routes))
    with pytest.raises(UndescribedRouteError, match=r"GET /v1/new: .*\.forgotten has no @operation"):
        openapi_document(api)


def forgotten():
    """Do nothing."""


OF_THE_MODEL = [
    route
    for route in pinpoint_resolver.routes
    if route in ROUTES and operation_of(route).name in pinpoint_model().operation_names
]


@pytest.mark.parametrize("route", OF_THE_MODEL, ids=lambda route: operation_of(route).name)
def test_an_operation_of_pinpoints_model_has_its_method_its_path_and_its_structures(route):
    operation = operation_of(route)
    model = pinpoint_model().operation_model(operation.name)
    assert (route.method, route.path) == (model.http["method"], model.http["requestUri"])
    answer = payload_of(model.output_shape)
    assert operation.response == (Shape(answer) if answer else None)
    assert name_of(operation.request) == payload_of(model.input_shape)
    paged = model.input_shape is not None and "PageSize" in model.input_shape.members
    assert ("page-size" in [parameter.name for parameter in operation.query]) == paged


def name_of(request):
    """The name of a request's structure; pydantic models are called like it."""
    return request.name if isinstance(request, Shape) else getattr(request, "__name__", None)


def payload_of(shape):
    """The name of the structure that is the body of a request or an answer."""
    payload = shape.serialization.get("payload") if shape else None
    return shape.members[payload].name if payload else None

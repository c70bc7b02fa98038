"""The API that speaks Amazon Pinpoint's dialect, as functions/api answers it."""

from functools import cache

import botocore.session
from botocore.model import ServiceModel

from api.handler import resolver
from api.openapi.shapes import Shapes
from api.own_members import OWN_MEMBERS, OWN_VALUES
from api.routes.paths import PARAMETER_PATTERNS, PATHS
from api.unanswered import UnansweredError
from http_api.errors import SHARED_ERRORS, ApiError, NotAcceptableError
from http_api.openapi.api_description import ApiDescription, Refusals, Schemas
from http_api.openapi.contents import to_schema
from http_api.operations import Content, Schema, Shape
from http_api.schemas import TEXT

_ERRORS: tuple[type[ApiError], ...] = (*SHARED_ERRORS, NotAcceptableError, UnansweredError)
_NAMES = {int(error.status): error.name for error in _ERRORS}
_ERROR: Schema = {
    "type": "object",
    "properties": {"Message": TEXT, "RequestID": TEXT},
    "required": ["Message", "RequestID"],
}


def api_description(version: str) -> ApiDescription:
    """Return everything that the resolver answers."""
    return ApiDescription(
        title="Segment Jobs",
        description="Amazon Pinpoint's endpoints, segments, import and export jobs (API 2016-12-01), and more. "
        "Its other operations are answered 501, with where they live now.",
        version=version,
        paths=PATHS,
        base_path="/v1",
        routes=tuple(route for route in resolver.routes if route.path in PATHS),
        parameter_patterns=PARAMETER_PATTERNS,
        to_schema=_to_schema,
        refusals=Refusals(
            schema=_ERROR,
            # What API Gateway refuses (infra/gateway_responses.py) has the same shape.
            names={**_NAMES, 403: "ForbiddenException"},
            headers={"x-amzn-ErrorType": "the error's name"},
            of_any_request=(400, 403, 405, 413, 429, 500),
        ),
        security={"SigV4": _signature()},
    )


@cache
def pinpoint_model() -> ServiceModel:
    """Return botocore's model of the service, which is the contract's authority for names and types."""
    return botocore.session.get_session().get_service_model("pinpoint")


def _to_schema(content: Content, schemas: Schemas) -> Schema:
    if isinstance(content, Shape):
        shapes = Shapes(schemas, OWN_MEMBERS, OWN_VALUES)
        return shapes.schema_of(pinpoint_model().shape_for(content.name))
    return to_schema(content, schemas)


def _signature() -> Schema:
    """Return the scheme in API Gateway's own notation.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-authtype.html
    """
    return {
        "type": "apiKey",
        "name": "Authorization",
        "in": "header",
        "description": "AWS Signature Version 4, service execute-api",
        "x-amazon-apigateway-authtype": "awsSigv4",
    }

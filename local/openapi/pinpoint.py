"""The API that speaks Amazon Pinpoint's dialect, as functions/api answers it."""

import re
from functools import cache
from typing import Any

import botocore.session
from aws_lambda_powertools.event_handler.api_gateway import Route
from botocore.model import OperationModel, ServiceModel

from api.handler import resolver
from api.idempotency import HEADER
from api.models import Request
from api.routes.paths import PATHS
from audience.identifiers import HEX_ID
from http_api.errors import ApiError
from local.openapi.api_description import ApiDescription, Operation, Refusals, Schema
from local.openapi.own import CONFLICTS, ONCE, OWN_MEMBERS, OWN_OPERATIONS, OWN_VALUES, PAGED
from local.openapi.shapes import Shapes

_PATTERNS = {
    **dict.fromkeys(("application-id", "job-id", "segment-id"), HEX_ID),
    "page-size": "^0*[1-9][0-9]*$",
    HEADER: "^[!-~]{1,255}$",
}
_QUERY = {"page-size": "how many, 1 to 100", "token": "NextToken of the page before"}
_ERRORS: list[type[ApiError]] = [ApiError, *ApiError.__subclasses__()]
_NAMES = {int(error.status): error.name for error in _ERRORS}
_ERROR = {
    "type": "object",
    "properties": {"Message": {"type": "string"}, "RequestID": {"type": "string"}},
    "required": ["Message", "RequestID"],
}


def api_description() -> ApiDescription:
    """Everything that the resolver answers."""
    return ApiDescription(
        title="Segment Jobs",
        description="Amazon Pinpoint's endpoints, segments, import and export jobs (API 2016-12-01), and more.",
        paths=PATHS,
        routes=tuple(resolver.routes),
        describe=_described,
        refusals=Refusals(
            schema=_ERROR,
            # What API Gateway refuses (infra/gateway_responses.py) has the same shape.
            names={**_NAMES, 403: "ForbiddenException"},
            headers={"x-amzn-ErrorType": "the error's name"},
            of_any_request=(400, 403, 405, 413, 429, 500),
        ),
        security={"SigV4": _signature()},
    )


def _signature() -> Schema:
    """API Gateway's own notation.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-authtype.html
    """
    return {
        "type": "apiKey",
        "name": "Authorization",
        "in": "header",
        "description": "AWS Signature Version 4, service execute-api",
        "x-amazon-apigateway-authtype": "awsSigv4",
    }


def _described(route: Route, schemas: dict[str, Schema]) -> Operation:
    if route.method == "OPTIONS":
        steps = re.findall(r"\w+", str(route.path).removeprefix("/v1"))
        return Operation(name="".join(["Options", *map(str.capitalize, steps)]), signed=False)
    shapes = Shapes(schemas, OWN_MEMBERS, OWN_VALUES)
    model = _operations().get((str(route.method), str(route.path)))
    name = model.name if model else route.func.__name__.title().replace("_", "")
    request, response = _exchange(model, shapes) if model else _own_exchange(name, shapes)
    return Operation(
        name=name,
        request=request,
        response=response,
        query=_QUERY if name in PAGED or (model and _is_paged(model)) else {},
        headers={HEADER: "the same key and body give the same job, for a day"} if name in ONCE else {},
        patterns=_PATTERNS,
        refusals=((404,) if "{" in str(route.path) else ()) + ((409,) if name in CONFLICTS else ()),
    )


@cache
def _service() -> ServiceModel:
    return botocore.session.get_session().get_service_model("pinpoint")


@cache
def _operations() -> dict[tuple[str, str], OperationModel]:
    """The model's operations by their methods and paths."""
    models = [_service().operation_model(name) for name in _service().operation_names]
    return {(model.http["method"], model.http["requestUri"]): model for model in models}


def _is_paged(model: OperationModel) -> bool:
    return model.input_shape is not None and "PageSize" in model.input_shape.members


def _exchange(model: OperationModel, shapes: Shapes) -> tuple[Schema | None, Schema]:
    """The bodies of an operation of the model: the request as we read it ourselves, where we do."""
    members = model.input_shape.members.values() if model.input_shape else ()
    given = next((member for member in members if not member.serialization), None)
    request = (_own_models().get(given.name) or shapes.schema_of(given)) if given else None
    answer: Any = model.output_shape
    return request, shapes.schema_of(answer.members[answer.serialization["payload"]])


def _own_exchange(name: str, shapes: Shapes) -> tuple[Schema | None, Schema]:
    request, response = OWN_OPERATIONS[name]
    given = _own_models()[request] if request else None
    if isinstance(response, str):
        return given, shapes.schema_of(_service().shape_for(response))
    return given, response


@cache
def _own_models() -> dict[str, Any]:
    return {model.__name__: model.model_json_schema() for model in Request.__subclasses__()}

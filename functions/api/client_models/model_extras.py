"""Extras of botocore's model of Pinpoint: the signing name, and operations and members that are this service's own.

botocore merges `service-2.sdk-extras.json` into the model wherever it finds one in its data path (botocore/loaders.py).
"""

import re
from collections.abc import Iterable, Iterator
from html import escape
from typing import Any

from botocore.model import ServiceModel, StringShape, StructureShape
from pydantic import BaseModel

from api.client_models.described import Described, operations
from api.client_models.shapes import Reference, ShapeDocument, Shapes, given
from api.own_members import OWN_MEMBERS, OWN_VALUES
from http_api.errors import SHARED_ERRORS
from http_api.operations import Answered, Parameter, Schema, Shape

SIGNING_NAME = "execute-api"  # API Gateway checks signatures for its own name, not for mobiletargeting
_CODE = re.compile(r"`([^`]+)`")
_IN_PATH = re.compile(r"{([^}]+)}")
_ERRORS = {int(error.status): error.name for error in SHARED_ERRORS}
# Refusals that any operation may get; `ForbiddenException` is API Gateway's own (infra/gateway_responses.py).
_OF_ANY = (400, 404, 405, 413, 429, 500)


def model_extras(model: ServiceModel) -> dict[str, Any]:
    """Return what is to be merged into botocore's model."""
    shapes = Shapes()
    described = list(operations())
    own = {
        each.name: _operation(each, model, shapes)
        for each in described
        if each.name not in model.operation_names
    }
    members = {name: _members(name, more, shapes) for name, more in OWN_MEMBERS.items()}
    inputs = dict(_inputs(each, model) for each in described if each.name in model.operation_names)
    requests = dict(_requests(described, model, shapes))
    values = {name: _values(name, more, model) for name, more in OWN_VALUES.items()}
    inputs = {name: shape for name, shape in inputs.items() if shape["members"]}
    changed = {**members, **inputs, **requests, **values}
    return {
        "version": 1.0,
        "merge": {
            "metadata": {"signingName": SIGNING_NAME},
            "operations": own,
            "shapes": {**changed, **shapes.documents},
        },
    }


def member_name(parameter: str) -> str:
    """Return the member that carries a parameter of a path, a query or a header: `page-size` is `PageSize`."""
    return "".join(word.capitalize() for word in parameter.split("-"))


def as_html(text: str) -> str:
    """Return a description as the clients' help pages render it; words in backticks are code."""
    marked = _CODE.sub(r"<code>\1</code>", escape(text, quote=False))
    return f"<p>{marked}</p>"


def _operation(each: Described, model: ServiceModel, shapes: Shapes) -> dict[str, Any]:
    shapes.documents[f"{each.name}Request"] = _input(each, shapes)
    shapes.documents[f"{each.name}Response"] = _output(each, model, shapes)
    statuses = sorted({*_OF_ANY, *each.operation.refusals})
    return {
        "name": each.name,
        "http": {"method": each.method, "requestUri": each.path, "responseCode": each.status},
        "input": {"shape": f"{each.name}Request"},
        "output": {"shape": f"{each.name}Response"},
        "errors": [{"shape": _ERRORS[status]} for status in statuses] + [{"shape": "ForbiddenException"}],
        "documentation": as_html(each.documentation),
    }


def _input(each: Described, shapes: Shapes) -> ShapeDocument:
    in_path = _IN_PATH.findall(each.path)
    members = {member_name(name): _located("uri", name) for name in in_path}
    members |= _parameters(each)
    required = [member_name(name) for name in in_path]
    shape: ShapeDocument = {"type": "structure"}
    if each.operation.request is not None:
        name, schema = _named(each.operation.request)
        members[name] = shapes.add(name, schema)
        required.append(name)
        shape["payload"] = name
    return {**shape, "members": members, "required": required}


def _output(each: Described, model: ServiceModel, shapes: Shapes) -> ShapeDocument:
    """Return what an operation answers: in a member of its own where the model has that structure, as Pinpoint's do."""
    content = each.operation.response
    if isinstance(content, Shape):
        model.shape_for(content.name)  # raises NoShapeFoundError for a name that it does not have
        return {
            "type": "structure",
            "members": {content.name: {"shape": content.name}},
            "payload": content.name,
        }
    if content is None:
        return {"type": "structure", "members": {}}
    return _structure(shapes, f"{each.name}Response", _named(content)[1])


def _structure(shapes: Shapes, name: str, schema: Schema) -> ShapeDocument:
    shapes.add(name, schema)
    return shapes.documents[name]


def _named(content: Answered) -> tuple[str, Schema]:
    if isinstance(content, type) and issubclass(content, BaseModel):
        return content.__name__, content.model_json_schema()
    if isinstance(content, dict):
        return "Body", content
    raise TypeError(f"{content} is no structure of ours")


def _members(name: str, more: dict[str, Schema], shapes: Shapes) -> ShapeDocument:
    """Return the members that a structure of the model gets."""
    return {
        "members": {member: shapes.add(f"{name}{member}", given(schema)) for member, schema in more.items()}
    }


def _inputs(each: Described, model: ServiceModel) -> tuple[str, ShapeDocument]:
    """Return the input of an operation of the model, with the parameters that it has not."""
    shape = model.operation_model(each.name).input_shape
    known = {} if shape is None else shape.members
    more = {name: reference for name, reference in _parameters(each).items() if name not in known}
    return f"{each.name}Request" if shape is None else shape.name, {"members": more}


def _requests(
    described: Iterable[Described], model: ServiceModel, shapes: Shapes
) -> Iterator[tuple[str, ShapeDocument]]:
    """Yield the structures of the model that requests are in, with what this service reads beyond the model.

    What it does not ask for (a role, for a file that was uploaded) is no longer required.
    """
    for each in described:
        content = each.operation.request
        if each.name in model.operation_names and isinstance(content, type):
            input_shape = model.operation_model(each.name).input_shape
            name = str(input_shape.serialization["payload"]) if input_shape else ""
            known = model.shape_for(name)
            if isinstance(known, StructureShape) and (changes := _changes(known, content, shapes)):
                yield name, changes


def _changes(known: StructureShape, request: type[BaseModel], shapes: Shapes) -> ShapeDocument:
    schema = request.model_json_schema()
    members = {name: of for name, of in schema["properties"].items() if name not in known.members}
    changes: ShapeDocument = {}
    if members:
        changes = _members(known.name, members, shapes)
    asked = [name for name in known.required_members if name in schema.get("required", [])]
    return changes if asked == known.required_members else {**changes, "required": asked}


def _values(name: str, more: tuple[str, ...], model: ServiceModel) -> ShapeDocument:
    shape = model.shape_for(name)
    if not isinstance(shape, StringShape):
        raise TypeError(f"{name} is no enumeration of the model")
    return {"enum": [*shape.enum, *more]}


def _parameters(each: Described) -> dict[str, Reference]:
    found = [("querystring", each.operation.query), ("header", each.operation.headers)]
    return {member_name(one.name): _parameter(place, one) for place, some in found for one in some}


def _parameter(place: str, parameter: Parameter) -> Reference:
    return {**_located(place, parameter.name), "documentation": as_html(parameter.description)}


def _located(place: str, name: str) -> Reference:
    return {"shape": "__string", "location": place, "locationName": name}

"""Schemas of the pydantic models that an API reads its requests with."""

from typing import Any

from pydantic import BaseModel

from http_api.openapi.api_description import Schemas
from http_api.operations import Content, Schema, Shape

_REFERENCE = "#/components/schemas/{model}"


def to_schema(content: Content, schemas: Schemas) -> Schema:
    """Return the schema of a model, or the one that was written by hand.

    The structures inside a model are defined once, in `schemas`, and referred to.

    Raises:
        TypeError: it is a shape of Pinpoint's model, which its own API knows.
    """
    if isinstance(content, Shape):
        raise TypeError(f"{content.name} is a shape of Pinpoint's model")
    if isinstance(content, dict):
        return content
    return _schema_of_model(content, schemas)


def _schema_of_model(model: type[BaseModel], schemas: Schemas) -> Schema:
    schema: dict[str, Any] = model.model_json_schema(ref_template=_REFERENCE)
    schemas.update(schema.pop("$defs", {}))
    return schema

"""Shapes of botocore's notation, made of JSON Schemas; each has a name of its own in the model.

https://smithy.io/2.0/aws/index.html describes what the notation renders; botocore/model.py reads it.
"""

from typing import Any

from http_api.operations import Schema

ShapeDocument = dict[str, Any]
Reference = dict[str, Any]
_SCALARS = {"string": "__string", "integer": "__integer", "boolean": "__boolean", "number": "__double"}


class NotAShapeError(Exception):
    """A schema says something that a client's shape cannot."""


class Shapes:
    """The shapes that a client needs beside those of botocore's model, by name."""

    def __init__(self) -> None:
        """Begin without any."""
        self.documents: dict[str, ShapeDocument] = {}

    def add(self, name: str, schema: Schema) -> Reference:
        """Return a reference to the shape of a schema; lists, maps and structures are added under `name`.

        Raises:
            NotAShapeError: the schema has no type, or one that no client's shape has.
        """
        kind = schema.get("type")
        if kind in _SCALARS:
            return {"shape": _SCALARS[kind]}
        if kind == "array":
            member = self.add(f"{name}Item", schema["items"])
            self.documents[name] = {"type": "list", "member": member}
        elif kind == "object" and "properties" in schema:
            self.documents[name] = self._structure(name, schema)
        elif kind == "object" and isinstance(schema.get("additionalProperties"), dict):
            value = self.add(f"{name}Value", schema["additionalProperties"])
            self.documents[name] = {"type": "map", "key": {"shape": "__string"}, "value": value}
        else:
            raise NotAShapeError(f"{name}: {schema} is nothing that a shape can say")
        return {"shape": name}

    def _structure(self, name: str, schema: Schema) -> ShapeDocument:
        members = {
            member: self.add(f"{name}{member}", given(of)) for member, of in schema["properties"].items()
        }
        required = schema.get("required", [])
        return {"type": "structure", "members": members, **({"required": list(required)} if required else {})}


def given(schema: Schema) -> Schema:
    """Return what a member is where it is given: pydantic describes one that may be left out as `X or null`."""
    choices = [choice for choice in schema.get("anyOf", ()) if choice.get("type") != "null"]
    return choices[0] if len(choices) == 1 else schema

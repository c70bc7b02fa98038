"""JSON Schema of the shapes of botocore's model, which is the contract's authority for names and types."""

from collections.abc import Mapping

from botocore.model import ListShape, MapShape, Shape, StringShape, StructureShape

from http_api.operations import Schema

_SCALARS: dict[str, Schema] = {
    "string": {"type": "string"},
    "boolean": {"type": "boolean"},
    "integer": {"type": "integer"},
    "long": {"type": "integer"},
    "double": {"type": "number"},
}


class Shapes:
    """Turns shapes into schemas; each structure is defined once and referred to."""

    def __init__(
        self,
        schemas: dict[str, Schema],
        own_members: Mapping[str, Mapping[str, Schema]],
        own_values: Mapping[str, tuple[str, ...]],
    ) -> None:
        """Keep where structures are defined, and what this service adds to the model's.

        Args:
            schemas: the structures by their names.
            own_members: members beside the model's, by structure.
            own_values: values beside the model's, by enumeration.
        """
        self._schemas = schemas
        self._own_members = own_members
        self._own_values = own_values

    def schema_of(self, shape: Shape) -> Schema:
        """Return the schema of a shape.

        Raises:
            KeyError: a type that no operation of the contract has.
        """
        if isinstance(shape, StructureShape):
            return self._reference(shape)
        if isinstance(shape, ListShape):
            return {"type": "array", "items": self.schema_of(shape.member)}
        if isinstance(shape, MapShape):
            return {"type": "object", "additionalProperties": self.schema_of(shape.value)}
        if isinstance(shape, StringShape) and shape.enum:
            return {"type": "string", "enum": [*shape.enum, *self._own_values.get(shape.name, ())]}
        return dict(_SCALARS[shape.type_name])

    def _reference(self, shape: StructureShape) -> Schema:
        if shape.name not in self._schemas:
            self._schemas[shape.name] = {}  # taken, for a structure that holds itself
            self._schemas[shape.name] = self._structure(shape)
        return {"$ref": f"#/components/schemas/{shape.name}"}

    def _structure(self, shape: StructureShape) -> Schema:
        members = {name: self.schema_of(member) for name, member in shape.members.items()}
        schema: Schema = {
            "type": "object",
            "properties": {**members, **self._own_members.get(shape.name, {})},
            "additionalProperties": False,
        }
        if shape.required_members:
            schema["required"] = list(shape.required_members)
        return schema

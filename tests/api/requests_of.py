"""Requests made from the service's own description: as it wants them, or with something wrong anywhere in them."""

import json
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

from hypothesis import strategies as st

from http_api.openapi.document import OpenApiDocument

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
STRANGE = st.sampled_from(
    ["", " ", "\0", "é", "\U0001f600", "a" * 2000, "-1", "0", "null", 10**40, 1e308, -1, [], {}, [[]]]
)

SCALARS = {
    "boolean": st.booleans(),
    "integer": st.integers(-1, 5),
    "number": st.floats(-200, 200),
    "string": st.text(max_size=12),
}


class Sent(NamedTuple):
    """A request, and the operation of the description that it is meant for."""

    operation: dict[str, Any]
    method: str
    target: str
    body: bytes | None
    headers: dict[str, str]


def requests_of(
    document: OpenApiDocument, known: dict[str, list[Any]], wanted: set[str]
) -> st.SearchStrategy[Sent]:
    """Requests for the operations of these methods; `known` has values that exist, by member or parameter."""
    found = [
        (path, method.upper(), operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if method.upper() in wanted
    ]
    return st.sampled_from(found).flatmap(lambda one: _request(document, known, *one))


@st.composite
def _request(draw, document, known, path, method, operation):
    query: dict[str, Any] = {}
    headers: dict[str, Any] = {}
    for parameter in operation["parameters"]:
        name, place = parameter["name"], parameter["in"]
        text = st.sampled_from(known[name]) if name in known else st.text(max_size=20)
        if place == "path":
            value = draw(text if draw(st.integers(0, 9)) else st.text(min_size=1, max_size=40))
            path = path.replace(f"{{{name}}}", quote(value, safe="") or "-")
        elif draw(st.booleans()):
            value = draw(text | st.text(max_size=20))
            (query if place == "query" else headers)[name] = value
    headers = {name: value.encode("latin-1", "ignore").decode("latin-1") for name, value in headers.items()}
    headers = {name: "".join(c for c in value if c.isprintable()) for name, value in headers.items()}
    body = draw(_body(document, known, operation))
    return Sent(operation, method, f"{path}?{urlencode(query)}" if query else path, body, headers)


@st.composite
def _body(draw, document, known, operation):
    if "requestBody" not in operation:
        return draw(st.none() | st.binary(max_size=20))
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    chance = draw(st.sampled_from([0, 0, 0, 5, 20, 100]))
    if chance == 100:
        return draw(st.binary(max_size=40) | JSON.map(lambda value: json.dumps(value).encode()))
    value = draw(_value(document, known, schema, "", chance))
    return json.dumps(value).encode()


@st.composite
def _value(draw, document, known, schema, name, chance):
    """A value of the schema; with the chance, in percent, of something else in the place of any part of it."""
    if chance and draw(st.integers(1, 100)) <= chance:
        return draw(STRANGE | JSON)
    schema = schema.get("anyOf", [schema])[0]
    if "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    if name in known or "enum" in schema:
        return draw(st.sampled_from(known.get(name) or schema["enum"]))

    def inner(part, of=""):
        return _value(document, known, part, of, chance)

    if schema["type"] == "object":
        return draw(_object(schema, inner))
    if schema["type"] == "array":
        return draw(st.lists(inner(schema["items"]), max_size=3))
    return draw(SCALARS[schema["type"]])


@st.composite
def _object(draw, schema, inner):
    members = schema.get("properties", {})
    required = set(schema.get("required", ()))
    chosen = [name for name in members if name in required or draw(st.booleans())]
    value = {name: draw(inner(members[name], name)) for name in chosen}
    others = schema.get("additionalProperties")
    if isinstance(others, dict):
        value |= draw(st.dictionaries(st.text(max_size=8), inner(others), max_size=2))
    return value

"""What DynamoDB does with the PartiQL statement of an INSERT."""

import re
from typing import Any

import orjson

from tests.unit.endpoints.update_expressions import Item

_INSERT = re.compile(r'INSERT INTO "([A-Za-z0-9_.-]+)" VALUE \{(.+)\}', re.DOTALL)
_PLACE = re.compile(r"'((?:[^']|'')+)':\?(,|$)")


def inserted(statement: bytes) -> tuple[str, Item]:
    """The table and the item of a statement with its parameters, as JSON of BatchStatementRequest."""
    request: dict[str, Any] = orjson.loads(statement)
    assert request.keys() == {"Statement", "Parameters"}
    # A statement's length is 8,192 at most (BatchStatementRequest).
    assert len(request["Statement"].encode()) <= 8192
    match = _INSERT.fullmatch(request["Statement"])
    assert match
    table, tuple_ = match.groups()
    names = []
    while tuple_:
        place = _PLACE.match(tuple_)
        assert place, tuple_
        names.append(place[1].replace("''", "'"))
        tuple_ = tuple_[place.end() :]
    assert len(set(names)) == len(names)
    return table, dict(zip(names, request["Parameters"], strict=True))

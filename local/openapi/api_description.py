"""What the description needs to know of an API: an API with paths, a resolver and errors of its own."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from aws_lambda_powertools.event_handler.api_gateway import Route

Schema = dict[str, Any]
# Describes a route; the structures that its schemas refer to go into the dictionary, by name.
Describe = Callable[[Route, dict[str, Schema]], "Operation"]


@dataclass(frozen=True)
class Operation:
    """One method of one resource."""

    name: str
    request: Schema | None = None
    response: Schema | None = None  # None: the answer has no body
    query: Mapping[str, str] = field(default_factory=dict)  # name and what it is for
    headers: Mapping[str, str] = field(default_factory=dict)  # likewise, of the request
    patterns: Mapping[str, str] = field(default_factory=dict)  # of parameters that are not any string
    refusals: tuple[int, ...] = ()  # statuses beside those that any request may get
    signed: bool = True


@dataclass(frozen=True)
class Refusals:
    """How an API says no: the shape of all its errors, and their names by status."""

    schema: Schema
    names: Mapping[int, str]
    headers: Mapping[str, str]  # name and what it holds
    of_any_request: tuple[int, ...]


@dataclass(frozen=True)
class ApiDescription:
    """An API of this service."""

    title: str
    description: str
    paths: tuple[str, ...]  # in API Gateway's notation
    routes: tuple[Route, ...]
    describe: Describe
    refusals: Refusals
    security: Mapping[str, Schema]  # what every signed request has to carry, by name

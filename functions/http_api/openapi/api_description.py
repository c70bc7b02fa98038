"""What the description needs to know of an API beside its operations, which are described at their routes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from aws_lambda_powertools.event_handler.api_gateway import Route

from http_api.operations import Content, Schema

Schemas = dict[str, Schema]
# Returns the schema of a request or an answer; the structures that it refers to go into the dictionary, by name.
ToSchema = Callable[[Content, Schemas], Schema]


# Where an API is: in an account, and on a laptop (`make serve`).
SERVERS: tuple[Schema, ...] = (
    {
        "url": "https://{api}.execute-api.{region}.amazonaws.com/prod",
        "description": "a deployment: the stack's output ApiUrl or ExperiencePlatformApiUrl",
        "variables": {"api": {"default": "abcde12345"}, "region": {"default": "us-east-1"}},
    },
    {"url": "http://localhost:8080", "description": "a laptop: make serve"},
)


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
    version: str
    paths: tuple[str, ...]  # in API Gateway's notation
    base_path: str  # what the names of OPTIONS operations leave out
    routes: tuple[Route, ...]
    parameter_patterns: Mapping[str, str]  # of the path parameters that are not any string
    to_schema: ToSchema
    refusals: Refusals
    security: Mapping[str, Schema]  # what every signed request has to carry, by name
    servers: tuple[Schema, ...] = SERVERS

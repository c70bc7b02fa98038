"""What an API's description says of an operation, written beside its route; http_api.openapi renders it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from aws_lambda_powertools.event_handler.api_gateway import Route

if TYPE_CHECKING:
    from pydantic import BaseModel  # only the requests that have a model import it

Schema = dict[str, Any]  # a JSON Schema
Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass(frozen=True)
class Shape:
    """A structure of botocore's model of Amazon Pinpoint, by its name; only api.openapi loads the model."""

    name: str


@dataclass(frozen=True)
class File:
    """Bytes of a media type, which are not JSON."""

    media_type: str


Content: TypeAlias = "type[BaseModel] | Shape | Schema"
Answered: TypeAlias = "Content | File | None"  # None: no body


@dataclass(frozen=True)
class Parameter:
    """A query parameter or a header that a client may send."""

    name: str
    description: str
    pattern: str | None = None


@dataclass(frozen=True)
class Operation:
    """One method of one resource. Its description is the docstring of the route's function."""

    name: str
    response: Answered
    request: "Content | None" = None
    query: tuple[Parameter, ...] = ()
    headers: tuple[Parameter, ...] = ()
    refusals: tuple[int, ...] = ()  # statuses beside those that any request to the path may get
    example: Any = None  # a request's body


class UndescribedRouteError(Exception):
    """A route has no @operation, so the API's description cannot be made."""


def operation(
    name: str,
    *,
    response: Answered,
    request: "Content | None" = None,
    query: tuple[Parameter, ...] = (),
    headers: tuple[Parameter, ...] = (),
    refusals: tuple[int, ...] = (),
    example: Any = None,
) -> Callable[[Function], Function]:
    """Describe the operation that the decorated function is the route of; see Operation."""

    def describe(function: Function) -> Function:
        described = Operation(name, response, request, query, headers, refusals, example)
        function.operation = described  # type: ignore[attr-defined]
        return function

    return describe


def operation_of(route: Route) -> Operation:
    """Return what was said of a route's operation.

    Raises:
        UndescribedRouteError: nothing was.
    """
    described = getattr(route.func, "operation", None)
    if not isinstance(described, Operation):
        function = f"{route.func.__module__}.{route.func.__name__}"
        raise UndescribedRouteError(
            f"{route.method} {route.path}: {function} has no @operation(...) that describes it"
        )
    return described

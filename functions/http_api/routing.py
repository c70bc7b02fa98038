"""Routing: the resolver, which routes by resource and knows its methods, and the routers of the resources.

A module with routes is imported when one of its resources is first asked for: a Lambda that has just started answers
its first request without pydantic's models, and the rest of the domain, that only other requests need.
"""

from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from importlib import import_module
from threading import Lock
from typing import Any, Generic, NoReturn, TypeVar

import orjson
from aws_lambda_powertools.event_handler import APIGatewayRestResolver
from aws_lambda_powertools.event_handler.api_gateway import Route
from aws_lambda_powertools.event_handler.exceptions import NotFoundError as NoRouteError
from aws_lambda_powertools.event_handler.router import APIGatewayRouter
from aws_lambda_powertools.utilities.typing import LambdaContext

from http_api.call import Call
from http_api.errors import MethodNotAllowedError, NotFoundError

C = TypeVar("C", bound=Call)

# https://www.rfc-editor.org/rfc/rfc9110#section-6.4.1: what comes after their headers is the next answer.
_BODILESS = (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED)
_OF_BODIES = ("content-type", "content-length")


class Resolver(APIGatewayRestResolver):
    """Matches API Gateway's `resource` instead of the path.

    The path has the client's ids in it, which may hold what no route's pattern matches, and a stage or a base
    path in front; the resource is one of the `paths` to the letter.
    """

    def __init__(self) -> None:
        """Keep the methods of each resource; answers are written with orjson."""
        super().__init__(serializer=lambda body: orjson.dumps(body).decode())
        self._methods: dict[str, set[str]] = {}
        self._modules: dict[str, str] = {}
        self._loading = Lock()
        self.not_found(self._refuse)

    def load_on_demand(self, modules: Mapping[str, Iterable[str]]) -> None:
        """Take the routes of resources from modules (`router` in each), when a resource is first asked for.

        Args:
            modules: the resources of each module, by its name.
        """
        self._modules |= {resource: module for module, resources in modules.items() for resource in resources}

    def route(self, rule: str, method: Any, *args: Any, **kwargs: Any) -> Callable[..., Any]:
        """Register a route, and note the resource's methods."""
        methods = {method} if isinstance(method, str) else set(method)
        self._methods.setdefault(rule, set()).update(methods)
        # A greedy parameter has a plus, which Powertools takes for a part of a pattern.
        return super().route(rule.replace("+", r"\+"), method, *args, **kwargs)

    def resolve(self, event: Mapping[str, Any], context: LambdaContext) -> dict[str, Any]:
        """Answer a REST proxy event."""
        self._load(event["resource"])
        return _without_body(super().resolve({**event, "path": event["resource"]}, context))

    @property
    def routes(self) -> list[Route]:
        """Every route: its resource (`path`), method, function (`func`) and the status it answers with."""
        for resource in list(self._modules):
            self._load(resource)
        return list(self._static_routes)  # resources have no <parameters> in Powertools' notation

    def allowed(self, resource: str) -> str:
        """Return a resource's methods as the `Allow` header lists them; empty for a resource that is none."""
        self._load(resource)
        return ", ".join(sorted(self._methods.get(resource, ())))

    def _load(self, resource: str) -> None:
        """Include the routes of the resource's module, if they are not there yet."""
        if resource not in self._modules:
            return
        with self._loading:
            if (module := self._modules.get(resource)) is None:
                return
            self.include_router(import_module(module).router)
            self._modules = {other: its for other, its in self._modules.items() if its != module}

    def _refuse(self, _: NoRouteError) -> NoReturn:
        """Tell a resource without that method (405) from no resource at all (404)."""
        resource, method = self.current_event.resource, self.current_event.http_method
        allowed = self.allowed(resource)
        if not allowed:
            raise NotFoundError("There is no such resource.")
        raise MethodNotAllowedError(
            f"{method} is not one of {allowed}, the methods of {resource}", headers={"Allow": allowed}
        )


class ResourceRouter(APIGatewayRouter, Generic[C]):
    """The routes of one kind of resource, which hands them the request."""

    def __init__(self, call: type[C]) -> None:
        """Keep the API's class of requests; there are no routes yet."""
        super().__init__()  # type: ignore[no-untyped-call]
        self._call = call

    def call(self) -> C:
        """Return the request that is being answered."""
        return self._call(self.current_event)


def _without_body(response: dict[str, Any]) -> dict[str, Any]:
    """Return the response, without a body and what describes one where its status allows none."""
    if response["statusCode"] not in _BODILESS:
        return response
    headers = response["multiValueHeaders"].items()
    kept = {name: values for name, values in headers if name.lower() not in _OF_BODIES}
    return {**response, "body": "", "isBase64Encoded": False, "multiValueHeaders": kept}

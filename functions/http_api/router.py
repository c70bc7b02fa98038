"""Routers as the routes use them."""

from typing import Generic, TypeVar

from aws_lambda_powertools.event_handler.router import APIGatewayRouter

from http_api.call import Call

C = TypeVar("C", bound=Call)


class ResourceRouter(APIGatewayRouter, Generic[C]):
    """The routes of one kind of resource, which hands them the request."""

    def __init__(self, call: type[C]) -> None:
        """Keep the API's class of requests; there are no routes yet."""
        super().__init__()  # type: ignore[no-untyped-call]
        self._call = call

    def call(self) -> C:
        """Return the request that is being answered."""
        return self._call(self.current_event)

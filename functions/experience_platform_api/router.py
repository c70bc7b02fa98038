"""Routers as the routes use them."""

from aws_lambda_powertools.event_handler.router import APIGatewayRouter

from experience_platform_api.call import Call


class ResourceRouter(APIGatewayRouter):
    """Collects the routes of one kind of resource, and hands them the request."""

    def __init__(self) -> None:
        """Start with no routes."""
        super().__init__()  # type: ignore[no-untyped-call]

    def call(self) -> Call:
        """The request that is being answered."""
        return Call(self.current_event)

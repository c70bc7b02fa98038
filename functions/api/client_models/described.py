"""The operations of the API as clients see them: each with its name, method, path and description."""

import inspect
from collections.abc import Iterator
from dataclasses import dataclass

from api.handler import resolver
from api.routes.paths import PATHS
from http_api.operations import Operation, operation_of

APPS_AND_TAGS = "/v1/"


@dataclass(frozen=True)
class Described:
    """One operation of the API and where it is."""

    operation: Operation
    method: str
    path: str  # in API Gateway's notation
    status: int  # of its answer
    documentation: str

    @property
    def name(self) -> str:
        """Return the operation's name, for example `CancelImportJob`."""
        return self.operation.name


def operations() -> Iterator[Described]:
    """Yield every operation of an app or of all apps, in the order of PATHS, whichever requests came before.

    Left out are OPTIONS, which is browsers' own, what the service says of itself, and the paths that it refuses.
    """
    described = [route for route in resolver.routes if route.path in PATHS and route.method != "OPTIONS"]
    for route in sorted(described, key=lambda route: PATHS.index(str(route.path))):
        if str(route.path).startswith(APPS_AND_TAGS):
            yield Described(
                operation_of(route),
                route.method,
                str(route.path),
                route.status_code,
                inspect.getdoc(route.func) or "",
            )

"""The operations of the API as clients see them: each with its name, method, path and description."""

import inspect
from collections.abc import Iterator
from dataclasses import dataclass

from api.handler import resolver
from api.routes.paths import PATHS
from http_api.operations import Operation, operation_of


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
    """Yield every operation that is answered; OPTIONS is browsers' own, and the paths of no resource are refused."""
    for route in resolver.routes:
        if route.method != "OPTIONS" and str(route.path) in PATHS:
            yield Described(
                operation_of(route),
                route.method,
                str(route.path),
                route.status_code,
                inspect.getdoc(route.func) or "",
            )

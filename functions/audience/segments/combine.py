"""How several conditions make one: ALL, ANY, NONE."""

from collections.abc import Sequence

from audience.segments.criteria import Endpoint, Predicate
from audience.segments.groups import Combination


def combine(conditions: Sequence[Predicate], combination: Combination | None) -> Predicate:
    """Build one condition out of several.

    [C] No conditions hold of every endpoint; a combination left out is ALL.
    """
    if not conditions:
        return _of_every_endpoint
    match combination:
        case "ANY":
            return lambda endpoint: any(holds(endpoint) for holds in conditions)
        case "NONE":
            return lambda endpoint: not any(holds(endpoint) for holds in conditions)
        case _ if len(conditions) == 1:
            return conditions[0]
        case _:
            return lambda endpoint: all(holds(endpoint) for holds in conditions)


def _of_every_endpoint(_: Endpoint) -> bool:
    return True

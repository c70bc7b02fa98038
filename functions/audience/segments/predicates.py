"""What evaluates a segment: the types alone, for those that are given predicates and build none."""

from collections.abc import Callable, Mapping
from typing import Any

Endpoint = Mapping[str, Any]
Predicate = Callable[[Endpoint], bool]

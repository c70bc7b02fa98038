"""How the sink answers, as the benchmarks set it with `PUT /-/settings`."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class SinkSettings:
    """What the sink does with requests; by default it lets everything in, at once."""

    latency: float = 0.0  # seconds from a request to DynamoDB to its answer; timers end up to 1 ms later
    throttled: float = 0.0  # share of requests to the endpoints table that are refused whole
    throttled_statements: float = 0.0  # share of a batch's statements or items that are refused singly
    units_a_second: float = 0.0  # write units that the table takes; 0: as many as come
    duplicates: float = 0.0  # share of endpoints that are there already
    measured_units: bool = False  # whether items are weighed for their write units
    folder: str = ""  # of S3's objects, under any bucket and prefix
    items: dict[str, dict[str, Any]] = field(default_factory=dict)  # of the control table, by their sort keys

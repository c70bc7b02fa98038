"""What the figures are to be: a goal for each measure, in the terms of one benchmark's figures.

The names of results and figures are those of the JSON in benchmarks/results/; docs/speed.md's table has a line for
each.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Figures = Mapping[str, float]
Test = Literal["times", "at most", "at least", "at most times", "within"]


@dataclass(frozen=True)
class Goal:
    """A figure's goal: so many times as good as another's, or at most, or at least, a number."""

    measure: str
    result: str  # the benchmark's result
    ours: str  # the name of our figure
    test: Test
    bound: float
    beside: str = ""  # the name of the figure that ours is compared with
    unit: str = "µs"

    @property
    def wanted(self) -> str:
        """Return the goal in words."""
        if self.test == "times":
            return f"≥ {self.bound:g} times"
        if self.test == "at most times":
            return f"≤ {self.bound:g} times"
        if self.test == "within":
            return f"± {self.bound * 100:g} %"
        return f"{'≤' if self.test == 'at most' else '≥'} {number(self.bound)}"

    def ratio(self, figures: Figures) -> float | None:
        """Return how many times as much the other figure is (or ours, where it may be larger), or None without one.

        Raises:
            KeyError: one of the figures was not measured.
        """
        if not self.beside:
            return None
        ours, other = figures[self.ours], figures[self.beside]
        return other / ours if self.test == "times" else ours / other

    def met(self, figures: Figures) -> bool:
        """Return whether the figures meet the goal.

        Raises:
            KeyError: one of them was not measured.
        """
        ratio, ours = self.ratio(figures), figures[self.ours]
        figure = ours if ratio is None else ratio
        if self.test == "within":
            return abs(figure - 1) <= self.bound
        return figure <= self.bound if self.test.startswith("at most") else figure >= self.bound

    def told(self, figures: Figures) -> str:
        """Return a line that says whether the goal is met."""
        try:
            ratio, met = self.ratio(figures), self.met(figures)
        except KeyError as missing:
            return f"goal: {self.measure}, {self.wanted}: {missing} was not measured"
        times = f" {ratio:.2f} times," if ratio is not None else ""
        return f"goal: {self.measure}, {self.wanted}:{times} {'met' if met else 'MISSED'}"


def number(figure: float) -> str:
    """Return a figure as people read it: three digits, and commas between thousands."""
    if figure >= 100:
        return f"{figure:,.0f}"
    return f"{figure:.1f}" if figure >= 10 else f"{figure:.2f}"


BATCH_WRITER = "boto3 batch_writer"
WITHOUT_USER_ITEM = f"{BATCH_WRITER}, CSV, no user item"
ONE_CLIENT = "a boto3 handler with one client"
FEW, MANY = "import worker, 10,000 rows of 0.8 KB, one .gz", "import worker, 257,000 rows of 0.8 KB, one .gz"
GOALS = (
    Goal("CPU a new row, CSV, no user", "import_row", "our worker, CSV", "times", 20, f"{BATCH_WRITER}, CSV"),
    Goal("the same", "import_row", "our worker, CSV", "times", 3, "ddbimport (Go), CSV"),
    Goal("the same, NDJSON", "import_row", "our worker, NDJSON", "times", 20, f"{BATCH_WRITER}, NDJSON"),
    Goal("CPU a merged row", "import_row", "our worker, merged rows", "times", 30, "boto3 update_item, CSV"),
    Goal("CPU a row, a user a row", "import_row", "our worker, a user a row", "times", 12, WITHOUT_USER_ITEM),
    Goal(
        "CPU a row, 3 rows a user", "import_row", "our worker, 3 rows a user", "times", 12, WITHOUT_USER_ITEM
    ),
    Goal("rows a second of a worker at 6 ms", "import_rate", "our worker, CSV", "at least", 20_000, unit=""),
    Goal("write units a row, no user", "write_units", "no user", "at most", 1.03, unit=""),
    Goal("write units a row, a user a row", "write_units", "a user a row", "at most", 2.03, unit=""),
    Goal("write units a row, 3 rows a user", "write_units", "3 rows a user", "at most", 1.37, unit=""),
    Goal("1 TB planned, 1,000 workers", "planning", "1 TB planned, seconds", "at most", 60, unit="s"),
    Goal(
        "state transitions a million rows, CSV", "dollars", "state transitions, CSV", "at most", 100, unit=""
    ),
    Goal("the same, NDJSON of 0.5 KB", "dollars", "state transitions, NDJSON", "at most", 100, unit=""),
    Goal(
        "export, CPU an endpoint", "export_cost", "our export worker", "times", 6, "boto3 query, json, gzip"
    ),
    Goal(
        "the same, with users",
        "export_cost",
        "our export worker, with users",
        "times",
        6,
        "boto3 with batch_get_item",
    ),
    Goal("cold import of import_piece", "cold_start", "import_piece", "at most times", 1.5, ONE_CLIENT, "ms"),
    Goal("cold import of api", "cold_start", "api", "at most times", 1.5, ONE_CLIENT, "ms"),
    Goal("memory, 10,000 to 257,000 rows", "worker_memory", MANY, "within", 0.1, FEW, "MB"),
    Goal("memory, 257,000 rows", "worker_memory", MANY, "at most", 128, unit="MB"),
)


def goals_of(result: str) -> list[Goal]:
    """Return the goals for the figures of one benchmark's result."""
    return [goal for goal in GOALS if goal.result == result]

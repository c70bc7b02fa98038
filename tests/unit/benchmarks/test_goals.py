"""Goals are met by the figures that they name, and say so where a figure is missing."""

import pytest

from benchmarks.goals import Goal, Test

FIGURES = {"ours": 10.0, "theirs": 40.0}


@pytest.mark.parametrize(
    ("test", "bound", "beside", "met"),
    [
        ("times", 4, "theirs", True),
        ("times", 5, "theirs", False),
        ("at most", 10, "", True),
        ("at most", 9, "", False),
        ("at least", 10, "", True),
        ("at least", 11, "", False),
        ("at most times", 0.25, "theirs", True),
        ("at most times", 0.2, "theirs", False),
        ("within", 0.8, "theirs", True),
        ("within", 0.7, "theirs", False),
    ],
)
def test_a_goal_is_met_or_missed(test: Test, bound: float, beside: str, met: bool) -> None:
    assert Goal("speed", "result", "ours", test, bound, beside).met(FIGURES) is met


def test_a_figure_that_was_not_measured_is_told() -> None:
    goal = Goal("speed", "result", "ours", "times", 3, "Go's")
    assert goal.told(FIGURES) == 'goal: speed, ≥ 3 times: "Go\'s" was not measured'

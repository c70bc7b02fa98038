"""Rows that are inserted together: whatever happens between two of their writes, they were merged one by one.

The order of rows of different endpoints is not fixed, so any order of them counts, with the other writer's somewhere.
"""

import itertools
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from audience.aws.dynamodb import Reply
from tests.contract.endpoints.conftest import App
from tests.contract.endpoints.racing import Step, inserted, interrupted, merged, seen, take

NOTHING: list[Step] = []
LEFT = [merged("e", "u", c="0"), Step("drop", "e")]  # the user's set has `e` from a worker that died
OF_ONE_USER = [merged("e", "u", a="1", b=""), merged("f", "u", a="", c="2")]
OF_TWO = [merged("e", a="1"), merged("f", "u", a="2")]
OTHERS = [
    merged("e", "u", a="3"),
    merged("e", "v", c="5"),
    merged("e", b="4"),
    merged("e", partial=True, a="6"),
    merged("f", "u", partial=True, b="7"),
    Step("merge", {"User": {"UserId": "u", "UserAttributes": {"a": [], "c": ["9"]}}}),
    Step("delete", "e"),
    Step("delete", "f"),
    Step("delete_user", "u"),
    Step("several", [merged("e", "u"), Step("delete", "e")]),
]


def in_any_order(*steps: Step) -> list[list[Step]]:
    """All orders of steps; of one that is several, the others come anywhere between those."""
    *rows, other = steps
    others = other.what if other.does == "several" else [other]
    return [
        list(order)
        for order in itertools.permutations([*rows, *others])
        if [each for each in order if each in others] == others
    ]


def after(app: App, steps: Sequence[Step]) -> dict[str, Any]:
    for step in steps:
        take(app, step)
    return seen(app)


@pytest.mark.parametrize("before", [NOTHING, LEFT], ids=["nothing", "left"])
@pytest.mark.parametrize("rows", [OF_ONE_USER, OF_TWO], ids=["of one user", "of two"])
@pytest.mark.parametrize("other", OTHERS)
def test_whatever_write_of_them_another_writer_comes_before_one_was_first(
    new_app: Callable[[], App], before: list[Step], rows: list[Step], other: Step
) -> None:
    orders = [after(new_app(), [*before, *steps]) for steps in in_any_order(*rows, other)]
    for at in itertools.count():
        app = new_app()
        after(app, before)

        def comes_first(go_on: Callable[[], Reply], app: App = app) -> Reply:
            take(app, other)
            return go_on()

        if interrupted(app, inserted(*rows), at, comes_first) <= at:
            break
        assert seen(app) in orders, f"before request {at}"


@pytest.mark.parametrize("other", OTHERS)
def test_whatever_request_of_another_writer_they_come_before_one_was_first(
    new_app: Callable[[], App], other: Step
) -> None:
    orders = [after(new_app(), steps) for steps in in_any_order(*OF_ONE_USER, other)]
    for at in itertools.count():
        app = new_app()

        def come_first(go_on: Callable[[], Reply], app: App = app) -> Reply:
            take(app, inserted(*OF_ONE_USER))
            return go_on()

        if interrupted(app, other, at, come_first) <= at:
            break
        assert seen(app) in orders, f"before request {at}"


@pytest.mark.parametrize("before", [NOTHING, LEFT], ids=["nothing", "left"])
def test_a_second_worker_with_the_same_rows_changes_nothing(
    new_app: Callable[[], App], before: list[Step]
) -> None:
    orders = [after(new_app(), [*before, *steps]) for steps in itertools.permutations(OF_ONE_USER)]
    for at in itertools.count():
        app = new_app()
        after(app, before)

        def comes_first(go_on: Callable[[], Reply], app: App = app) -> Reply:
            take(app, inserted(*OF_ONE_USER))
            return go_on()

        if interrupted(app, inserted(*OF_ONE_USER), at, comes_first) <= at:
            break
        assert seen(app) in orders, f"before request {at}"


class DiedError(Exception):
    """The worker is gone."""


@pytest.mark.parametrize("done", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("rows", [OF_ONE_USER, OF_TWO], ids=["of one user", "of two"])
def test_rows_whose_worker_died_at_any_write_are_merged_once_by_the_next(
    new_app: Callable[[], App], rows: list[Step], done: bool
) -> None:
    orders = [after(new_app(), steps) for steps in itertools.permutations(rows)]
    for at in itertools.count():
        app = new_app()

        def dies(go_on: Callable[[], Reply]) -> Reply:
            if done:
                go_on()
            raise DiedError

        try:
            interrupted(app, inserted(*rows), at, dies)
        except DiedError:
            take(app, inserted(*rows))
        else:
            break
        assert seen(app) in orders, f"at request {at}"

"""Two writers of one endpoint or user: whatever request of one the other comes before, one was first."""

import itertools
from collections.abc import Callable

import pytest

from audience.aws.dynamodb import Reply
from tests.contract.endpoints.conftest import App
from tests.contract.endpoints.racing import Step, interrupted, merged, seen, take

HOLDS = [merged("e", a="0", c="0"), merged("f", "u", b="0")]  # `e` holds attributes, `f` has a user
HAS = [merged("e", "u", a="0", c="0"), merged("f", "u")]  # both have one

HELD = [merged("e", a="1", b="1"), merged("e", partial=True, a="", b="2")]
GIVEN = [merged("e", "u", partial=True), merged("e", "u", a="", b="3")]
MOVED = [merged("e", "v", c="5")]
OF_USER = [
    merged("f", "u", a="", b="8"),
    Step("merge", {"User": {"UserId": "u", "UserAttributes": {"a": [], "c": ["9"]}}}),
]
DELETED = [Step("delete", "e"), Step("delete", "f")]
NEW = [merged("e", "u", a="1")]
USER_DELETED = [Step("delete_user", "u")]
MADE_AND_DELETED = [Step("several", [merged("e", "u"), Step("delete", "e")])]


def pairs(*groups: list[Step]) -> list[tuple[Step, Step]]:
    """All steps of the first group beside all of the others, and the other way round."""
    first, *others = groups
    found = list(itertools.product(first, itertools.chain(*others)))
    return [*found, *((other, one) for one, other in found)]


CASES = [
    *((HOLDS, *pair) for pair in pairs(GIVEN, HELD, MOVED, OF_USER, DELETED)),
    *((HOLDS, *pair) for pair in itertools.product(GIVEN, GIVEN)),
    *((HOLDS, *pair) for pair in itertools.product(HELD, HELD)),
    *((HAS, *pair) for pair in pairs(HELD, MOVED)),
    *((HAS, *pair) for pair in pairs([*HELD, *GIVEN], DELETED[:1])),
    *((HAS, *pair) for pair in pairs(USER_DELETED, NEW, MOVED, OF_USER[1:])),
    *(([], *pair) for pair in pairs(NEW, USER_DELETED, MADE_AND_DELETED)),
]


@pytest.mark.parametrize(("before", "one", "other"), CASES)
def test_whatever_request_of_one_writer_another_comes_before_one_was_first(
    new_app: Callable[[], App], before: list[Step], one: Step, other: Step
) -> None:
    def after(*steps: Step) -> object:
        app = new_app()
        for step in (*before, *steps):
            take(app, step)
        return seen(app)

    others = other.what if other.does == "several" else [other]
    in_order = [after(*others[:at], one, *others[at:]) for at in range(len(others) + 1)]
    if one.does == "several":
        in_order += [after(*one.what[:at], other, *one.what[at:]) for at in range(1, len(one.what))]
    for at in itertools.count():
        app = new_app()
        for step in before:
            take(app, step)

        def comes_first(go_on: Callable[[], Reply], app: App = app) -> Reply:
            take(app, other)
            return go_on()

        requests = interrupted(app, one, at, comes_first)
        if requests <= at:
            break
        assert seen(app) in in_order, f"before request {at}"


class DiedError(Exception):
    """The worker is gone."""


@pytest.mark.parametrize("done", [False, True], ids=["before", "after"])
@pytest.mark.parametrize(
    ("before", "step"),
    [
        *itertools.product([HOLDS], [*GIVEN, *HELD]),
        *itertools.product([HAS], [*HELD, *MOVED]),
    ],
)
def test_a_row_whose_worker_died_at_any_request_and_that_is_merged_again_is_merged_once(
    new_app: Callable[[], App], before: list[Step], step: Step, done: bool
) -> None:
    whole = new_app()
    for each in (*before, step):
        take(whole, each)
    for at in itertools.count():
        app = new_app()
        for each in before:
            take(app, each)

        def dies(go_on: Callable[[], Reply]) -> Reply:
            if done:
                go_on()
            raise DiedError

        try:
            interrupted(app, step, at, dies)
        except DiedError:
            take(app, step)
        else:
            break
        assert seen(app) == seen(whole), f"at request {at}"

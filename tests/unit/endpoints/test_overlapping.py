"""Writers that overlap come to what they come to one after the other, in some order, whoever waits where."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audience.endpoints.rows import Row
from tests.unit.endpoints.merging import row
from tests.unit.endpoints.overlapping import Step, Writer, in_some_order, overlapped


def merged(*rows: Row) -> Step:
    return Step("merge", rows)


def inserted(*rows: Row) -> Step:
    return Step("insert", rows)


def partial(endpoint_id: str, user_id: str) -> Row:
    return Row(endpoint_id, user_id, {"User.UserId": user_id, "OptOut": "ALL"})


A, B, C = ({name: [name]} for name in "abc")
NOTHING: Writer = []
OF_U: Writer = [merged(row("e", "u", attributes=B), row("f", "u"))]
OF_V: Writer = [merged(row("e", "v", attributes=B), row("f", "u"))]
HOLDS: Writer = [merged(row("e", attributes=B))]
ROW = merged(row("e", "u", attributes=A))
ROWS = inserted(row("e", "u", attributes=A), row("g", "u", attributes=C))
PART = merged(partial("e", "u"))
MOVE = merged(row("e", "v", attributes=C))
OF_USER = merged(Row("", "u", {}, {"User.UserAttributes.c": ["c"]}))
OF_ENDPOINT = merged(row("e", attributes=C))
DELETE_USER = Step("delete_user", "u")
DELETE = Step("delete_endpoint", "e")


CASES: list[tuple[Writer, list[Writer]]] = [
    *((before, [[ROW], [DELETE_USER]]) for before in (NOTHING, OF_U, OF_V, HOLDS)),
    *((before, [[ROWS], [DELETE_USER]]) for before in (NOTHING, HOLDS)),
    (HOLDS, [[PART], [DELETE_USER]]),
    (OF_V, [[PART], [DELETE_USER]]),
    *((OF_U, [[step], [DELETE_USER]]) for step in (MOVE, OF_USER, OF_ENDPOINT)),
    *((before, [[ROW], [ROW, DELETE]]) for before in (NOTHING, OF_V)),
    (NOTHING, [[ROWS], [ROW, DELETE]]),
    (NOTHING, [[ROW], [ROW, MOVE, DELETE]]),
    (NOTHING, [[ROW], [ROW, DELETE_USER]]),
    (OF_U, [[ROW], [MOVE, DELETE_USER]]),
]


@pytest.mark.parametrize(("before", "writers"), CASES)
def test_two_writers_come_to_what_one_order_of_their_steps_comes_to(
    before: Writer, writers: list[Writer]
) -> None:
    orders = in_some_order(before, writers)
    for first in itertools.count():  # requests that one has made when the other begins
        for second in itertools.count():  # requests of the other before the one goes on
            schedule = itertools.chain(
                itertools.repeat(0, first), itertools.repeat(1, second), itertools.repeat(0)
            )
            found, turns = overlapped(before, writers, schedule)
            assert found in orders, (first, second)
            if turns[1] <= second:
                break
        if turns[0] <= first:
            break


_steps = st.sampled_from([ROW, ROWS, PART, MOVE, OF_USER, OF_ENDPOINT, DELETE_USER, DELETE])


@settings(max_examples=25)
@given(
    before=st.sampled_from([NOTHING, OF_U, OF_V, HOLDS]),
    steps=st.tuples(_steps, _steps, _steps),
    schedule=st.lists(st.integers(0, 2), max_size=30),
)
def test_three_writers_come_to_what_one_order_of_them_comes_to(
    before: Writer, steps: tuple[Step, ...], schedule: list[int]
) -> None:
    writers = [[step] for step in steps]
    turns = itertools.chain(schedule, itertools.repeat(0))
    assert overlapped(before, writers, turns)[0] in in_some_order(before, writers)

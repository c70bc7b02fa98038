"""Rows of a piece that run again, from any of its checkpoints, come to what they come to if they run once."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audience.aws.async_dynamodb import finish
from audience.endpoints.rows import Position, Row
from tests.unit.endpoints.merging import NOW, contents, inserter_of, merge, row
from tests.unit.endpoints.small_table import SmallTable

GIVES, TO_U, TO_V = row("e", attributes={"a": ["1"]}), row("e", "u"), row("e", "v")


def of_piece(rows: Sequence[Row], piece: str = "p") -> list[Row]:
    """The rows as a worker reads them."""
    return [replace(each, position=Position(piece, 0, line)) for line, each in enumerate(rows, 1)]


def shown(table: SmallTable) -> dict[Any, Any]:
    """The table's items, without what a second run may change: dates, and ids of endpoints that left their user."""
    unlike = {"endpoint_ids", "given", "removed", "ingested"}
    return {
        key: {name: value for name, value in item.items() if name not in unlike}
        for key, item in contents(table).items()
    }


@pytest.mark.parametrize("before", [[], [TO_U]])
@pytest.mark.parametrize("inserts", [False, True])
def test_user_attributes_stay_those_of_the_user_that_the_endpoint_had(
    before: list[Row], inserts: bool
) -> None:
    table = SmallTable()
    merge(table, before)
    rows = of_piece([GIVES, TO_U, TO_V])
    if inserts:
        finish(inserter_of(table).insert(rows[:1], NOW))
    merge(table, rows)
    once = shown(table)
    merge(table, rows)
    assert shown(table) == once
    (owner,) = [key[1] for key, item in once.items() if "User.UserAttributes.a" in item]
    assert owner == "U#u"


def test_another_piece_gives_to_the_user_that_the_endpoint_has_now() -> None:
    table = SmallTable()
    merge(table, of_piece([TO_U, GIVES, TO_V]))
    merge(table, of_piece([GIVES], "another"))
    owners = sorted(key[1] for key, item in shown(table).items() if "User.UserAttributes.a" in item)
    assert owners == ["U#u", "U#v"]


_rows = st.builds(
    row,
    st.just("e"),
    st.sampled_from(["", "", "u", "v"]),
    attributes=st.sampled_from([{"a": ["1"]}, {"b": ["2"]}, {"a": []}, {"a": ["3"], "b": []}]),
)


@settings(max_examples=60)
@given(
    before=st.lists(_rows, max_size=2),
    rows=st.lists(_rows, min_size=2, max_size=6),
    checkpoint=st.integers(0, 3),
    ends=st.lists(st.integers(0, 6), max_size=2),
)
def test_rows_that_run_again_change_nothing(
    before: list[Row], rows: list[Row], checkpoint: int, ends: list[int]
) -> None:
    rows = of_piece(rows)
    once, again = SmallTable(), SmallTable()
    for table in (once, again):
        merge(table, before)
    merge(once, rows)
    merge(again, rows[:checkpoint])
    for end in [*ends, len(rows)]:  # workers that died there, and the last one
        merge(again, rows[checkpoint:end])
    assert shown(again) == shown(once)

"""Inserts go on while they work, and are given up while they are in vain."""

import asyncio
from collections.abc import Coroutine, Sequence
from itertools import cycle
from typing import Any, TypeVar

import pytest

from audience.aws.async_dynamodb import finish
from audience.endpoints.row_inserter import RowInserter
from audience.endpoints.rows import Row
from tests.unit.endpoints.merging import NOW, inserter_of, merge, row
from tests.unit.endpoints.small_table import SmallTable

T = TypeVar("T")


def test_rows_that_are_there_already_are_not_tried_any_more_but_for_a_look_now_and_then() -> None:
    table, rows = SmallTable(), [row(f"e{number}") for number in range(100)]
    merge(table, rows)
    table.requests.clear()
    inserter = inserter_of(table)
    for _ in range(40):  # of the 4,000 rows, every 2,500 are looked at again
        assert not any(finish(inserter.insert(rows, NOW)))
    assert table.requests == ["BatchExecuteStatement"] * 2


class WaitingTable(SmallTable):
    """A table whose answers are waited for, so that other requests are on their way meanwhile."""

    async def call(self, operation: str, request: dict[str, Any] | bytes) -> dict[str, Any]:
        await asyncio.sleep(0)
        return await super().call(operation, request)


async def at_the_same_time(work: Sequence[Coroutine[Any, Any, T]]) -> list[T]:
    return [*await asyncio.gather(*work)]


# Of rows that are there, one request tries the users, one the endpoints, and the users are updated in between.
@pytest.mark.parametrize(("there", "batches", "updates"), [(False, 10, 0), (True, 2, 6)])
def test_one_request_goes_before_the_others_which_then_go_at_the_same_time(
    there: bool, batches: int, updates: int
) -> None:
    table, rows = WaitingTable(), [row(f"e{number}", f"u{number % 30}") for number in range(100)]
    if there:
        asyncio.run(stored_in(table, rows))
    table.requests.clear()
    inserter = RowInserter(table, "table", "app", together=at_the_same_time)
    done = asyncio.run(inserter.insert(rows, NOW))
    assert done == [not there] * 100
    assert sorted(table.requests) == ["BatchExecuteStatement"] * batches + ["UpdateItem"] * updates


async def stored_in(table: SmallTable, rows: Sequence[Row]) -> None:
    assert all(await inserter_of(table).insert(rows, NOW))


@pytest.mark.parametrize(("code", "requests"), [("ValidationError", 1), ("ThrottlingError", 10)])
def test_inserts_that_never_work_are_given_up_unless_the_table_is_only_busy(code: str, requests: int) -> None:
    table = SmallTable(cycle([code]))
    inserter = inserter_of(table)
    for start in range(0, 250, 25):
        rows = [row(f"e{number}") for number in range(start, start + 25)]
        assert not any(finish(inserter.insert(rows, NOW)))
    assert len(table.requests) == requests
    assert table.slowed_down == (requests if code == "ThrottlingError" else 0)

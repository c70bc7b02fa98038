"""Users are joined once each before the endpoints of their rows are inserted, or the rows are left to be merged."""

import pytest

from audience.aws.async_dynamodb import finish
from audience.aws.dynamodb import ItemTooLargeError
from audience.endpoints.row_inserter import RowInserter
from audience.endpoints.settling import SETTLE_S
from tests.unit.endpoints.merging import NOW, contents, inserter_of, merge, row
from tests.unit.endpoints.small_table import SmallTable


def test_users_that_are_there_are_updated_once_each_and_their_endpoints_inserted() -> None:
    table = SmallTable()
    merge(table, [row(f"old{number}", f"u{number}") for number in range(50)])
    inserter = inserter_of(table)
    rows = [row(f"e{number}", f"u{number // 4}") for number in range(200)]
    finish(inserter.insert(rows[:100], NOW))
    table.requests.clear()
    assert all(finish(inserter.insert(rows[100:], NOW)))
    # 25 users of 4 endpoints are no whole batches.
    assert sorted(table.requests) == ["BatchExecuteStatement"] * 5 + ["UpdateItem"] * 25


def test_rows_of_a_user_without_room_write_nothing() -> None:
    table = SmallTable()
    merge(table, [row(f"e{number}", "u", attributes={"a": ["old"]}) for number in range(14)])
    before = contents(table)
    rows = [row("new1", "u", attributes={"a": ["x"]}), row("new2", "u"), row("other")]
    assert finish(inserter_of(table).insert(rows, NOW)) == [False, False, True]
    assert {key: contents(table)[key] for key in before} == before
    assert len(table.items) == len(before) + 1
    (failed,) = merge(table, rows[:2])
    assert failed == "new2: User.UserId: Exceeded maximum endpoint per user count: 15"


def test_rows_that_bring_a_user_more_endpoints_than_it_may_have_are_left_to_be_merged() -> None:
    table = SmallTable()
    rows = [row(f"e{number}", "u") for number in range(16)]
    assert finish(inserter_of(table).insert(rows, NOW)) == [False] * 16
    assert not table.requests
    assert len(merge(table, rows)) == 1


def test_rows_of_a_user_that_would_be_too_large_are_left_to_be_merged() -> None:
    table = SmallTable()
    merge(table, [row("old", "u")])

    def is_too_large() -> None:
        if table.requests[-1] == "UpdateItem":
            raise ItemTooLargeError

    table.before = is_too_large
    assert finish(inserter_of(table).insert([row("e", "u"), row("f")], NOW)) == [False, True]
    assert not any(key[1] == "E#e" for key in table.items)


@pytest.mark.parametrize("before", ["e", "other"])
def test_an_endpoint_that_was_in_its_users_set_is_left_to_be_merged_if_it_is_no_longer(before: str) -> None:
    """It may have been deleted after its user was joined, and have left the set."""
    table = SmallTable()
    merge(table, [row(before, "u")])
    table.items = {key: item for key, item in table.items.items() if key[1] != "E#e"}
    user = next(item for key, item in table.items.items() if key[1] == "U#u")

    def leaves() -> None:
        if len(table.requests) == 3:  # the user's insert, its update, and now the endpoint's insert
            key = user["pk"]["S"], user["sk"]["S"]
            table.items[key] = {name: value for name, value in user.items() if name != "endpoint_ids"}

    table.requests.clear()
    table.before = leaves if before == "e" else table.before
    assert finish(inserter_of(table).insert([row("e", "u")], NOW)) == [before != "e"]
    assert table.requests[3:] == (["GetItem"] if before == "e" else [])


@pytest.mark.parametrize("deleted", [False, True])
def test_rows_that_were_slow_are_left_to_be_merged_if_their_user_was_deleted(deleted: bool) -> None:
    table, seconds = SmallTable(), iter([0.0, SETTLE_S])

    def waits() -> None:
        if deleted and len(table.requests) == 2:
            table.items.clear()

    table.before = waits
    inserter = RowInserter(table, "table", "app", elapsed=lambda: next(seconds))
    rows = [row("e", "u"), row("f", "u"), row("g")]
    assert finish(inserter.insert(rows, NOW)) == [not deleted, not deleted, True]
    assert table.requests == ["BatchExecuteStatement"] * 2 + ["GetItem"]


def test_a_row_whose_user_has_no_room_any_more_when_it_joins_again_is_left_to_be_merged() -> None:
    """The endpoint is there then, and merging the row says why it cannot go in."""
    table = SmallTable()
    merge(table, [row("e", "u")])
    table.items = {key: item for key, item in table.items.items() if key[1] != "E#e"}
    (user,) = table.items

    def fills() -> None:
        if len(table.requests) == 3:
            merge(other, [row(f"new{number}", "u") for number in range(15)])
            table.items[user] = other.items[user]

    other = SmallTable()
    table.requests.clear()
    table.before = fills
    assert finish(inserter_of(table).insert([row("e", "u"), row("f")], NOW)) == [False, True]

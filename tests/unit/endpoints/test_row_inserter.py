"""Rows that are inserted, and merged by themselves where they were not, make what merging them one by one makes."""

import asyncio
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import replace
from itertools import chain, cycle
from types import MappingProxyType
from typing import Any, TypeVar, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audience.aws.async_dynamodb import finish
from audience.endpoints.attribute_names import AttributeNames
from audience.endpoints.row_inserter import RowInserter
from audience.endpoints.rows import Row, RowInvalidError
from audience.endpoints.store import EndpointStore
from tests.unit.endpoints import strategies
from tests.unit.endpoints.small_table import SmallTable

T = TypeVar("T")
NOW = "2026-01-02T03:04:05.000Z"
MOMENT = 1_767_323_045.5
FAULTS = ["ThrottlingError", "ValidationError", "InternalServerError", "SomethingNew", "LOST"]


class AdmittedNames:
    """The attribute names of an app that admits any."""

    async def admit(self, _: Row) -> None:
        return


def inserter_of(table: SmallTable, dataset: str | None = None) -> RowInserter:
    return RowInserter(table, "table", "app", clock=lambda: MOMENT, dataset=dataset)


def merge(table: SmallTable, rows: Sequence[Row], dataset: str | None = None) -> list[str]:
    """Merge rows one by one; return why those failed that cannot go in."""
    names = cast("AttributeNames", AdmittedNames())
    store = EndpointStore(table, "table", "app", names, clock=lambda: MOMENT, dataset=dataset)
    failed = []
    for row in rows:
        try:
            finish(store.merge(row, NOW))
        except RowInvalidError as error:
            failed.append(f"{row.endpoint_id}: {error}")
    return failed


def contents(table: SmallTable) -> dict[Any, Any]:
    """The table's items; of a text that is another in every write, only that it is there."""
    return {
        key: {
            name: "a text"
            if name in {"held", "removed"}
            else {"N": float(value["N"])}
            if "N" in value
            else {"SS": sorted(value["SS"])}
            if "SS" in value
            else value
            for name, value in item.items()
        }
        for key, item in table.items.items()
    }


def row(
    endpoint_id: str,
    user_id: str = "",
    fields: Mapping[str, Any] = MappingProxyType({}),
    attributes: Mapping[str, list[str]] = MappingProxyType({}),
) -> Row:
    user = {"User.UserId": user_id} if user_id else {}
    named = {f"User.UserAttributes.{name}": values for name, values in attributes.items()}
    return Row(endpoint_id, user_id, {"Address": "a", "ChannelType": "SMS", **fields, **user}, named)


_attributes = st.dictionaries(
    st.sampled_from(["a", "o'b"]), st.lists(st.sampled_from(["x", 'y"']), max_size=2), max_size=2
)


_fields: list[dict[str, Any]] = [
    {},
    {"EndpointStatus": "INACTIVE", "EffectiveDate": "2020-01-01T00:00:00.000Z", "Metrics.m": -0.5},
    {"CreationDate": "2020-01-01T00:00:00.000Z", "Attributes.o'b \"é\\": ["x\n", "\"'"], "Metrics.m": 1e22},
    {"Attributes.gone": [], "Attributes.a": ["1", "2"], "Location.Latitude": 12.5, "OptOut": "ALL"},
]


@st.composite
def _rows(draw: st.DrawFn, most: int) -> list[Row]:
    """Rows of different endpoints, many of which have the same user."""
    ids = draw(st.lists(st.integers(0, most), unique=True))
    return [
        row(f"e{number}", user_id, fields, attributes)
        for number, user_id, fields, attributes in zip(
            ids,
            draw(st.lists(st.sampled_from(["", "u", "u", "v"]), min_size=len(ids))),
            draw(st.lists(st.sampled_from(_fields), min_size=len(ids))),
            draw(st.lists(_attributes, min_size=len(ids))),
            strict=False,
        )
    ]


@settings(max_examples=50)
@given(
    stored=_rows(18),
    rows=_rows(30),
    faults=st.lists(st.sampled_from(["", "", "", *FAULTS])),
    dataset=st.sampled_from([None, "d"]),
)
def test_a_stretch_comes_to_the_same_as_its_rows_one_by_one(
    stored: list[Row], rows: list[Row], faults: list[str], dataset: str | None
) -> None:
    table, other = SmallTable(chain(faults, cycle([""]))), SmallTable()
    for each in (table, other):
        merge(each, stored, dataset)
    done = finish(inserter_of(table, dataset).insert(rows, NOW))
    # Rows of different endpoints have no order; those of one user count in that in which they went in.
    first = [row for row, is_done in zip(rows, done, strict=True) if is_done]
    rest = [row for row, is_done in zip(rows, done, strict=True) if not is_done]
    failed = merge(table, rest, dataset)
    assert failed == merge(other, [*first, *rest], dataset)
    assert contents(table) == contents(other)


@settings(max_examples=40)
@given(plain=strategies.rows(), dataset=st.sampled_from([None, "d"]), data=st.data())
def test_a_row_is_inserted_as_what_its_update_makes_where_there_is_no_endpoint(
    plain: Row, dataset: str | None, data: st.DataObject
) -> None:
    removed = data.draw(st.sets(st.sampled_from([*plain.fields, *plain.user_attributes])))
    fields = {name: [] if name in removed else value for name, value in plain.fields.items()}
    user = {name: [] if name in removed else value for name, value in plain.user_attributes.items()}
    row = replace(plain, fields=fields, user_attributes=user)
    table, other = SmallTable(), SmallTable()
    assert finish(inserter_of(table, dataset).insert([row], NOW)) == [True]
    assert not merge(other, [row], dataset)
    assert contents(table) == contents(other)


@settings(max_examples=20)
@given(rows=_rows(15))
def test_new_rows_are_all_inserted_with_one_write_a_user(rows: list[Row]) -> None:
    table, other = SmallTable(), SmallTable()
    assert finish(inserter_of(table).insert(rows, NOW)) == [True] * len(rows)
    merge(other, rows)
    assert contents(table) == contents(other)
    batches = (bool(rows), any(row.user_id for row in rows))
    assert table.requests == ["BatchExecuteStatement"] * sum(batches)


def test_new_rows_go_twenty_five_in_a_request() -> None:
    table = SmallTable()
    assert all(finish(inserter_of(table).insert([row(f"e{number}") for number in range(60)], NOW)))
    assert table.requests == ["BatchExecuteStatement"] * 3


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


def test_a_statement_that_would_be_too_long_is_not_sent() -> None:
    table = SmallTable()
    wide = row("wide", "u")
    wide.fields |= {f"Attributes.{'n' * 40}{number:03}": ["x"] for number in range(200)}
    assert finish(inserter_of(table).insert([wide, row("e", "v")], NOW)) == [False, True]
    assert [key[1] for key in table.items] == ["U#v", "E#e"]


@pytest.mark.parametrize("before", ["e", "other"])
def test_an_endpoint_that_was_in_its_users_set_joins_again(before: str) -> None:
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
    assert finish(inserter_of(table).insert([row("e", "u")], NOW)) == [True]
    found = next(item for key, item in table.items.items() if key[1] == "U#u")
    assert "e" in found["endpoint_ids"]["SS"]
    assert len(table.requests) == (4 if before == "e" else 3)


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

"""Rows on their way together, in both lanes, come to what merging them one by one in their order comes to.

What rows of different endpoints write is kept apart here, as they have no order: each has user attributes of its own.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from itertools import chain, cycle
from typing import Any, cast
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st

from audience.aws.async_dynamodb import finish
from audience.aws.dynamodb import ConditionFailedError
from audience.endpoints.attribute_names import AttributeNames
from audience.endpoints.rows import Row, RowInvalidError
from audience.endpoints.store import EndpointStore
from audience.imports import row_loop as module
from audience.imports.row_loop import RowLoop
from tests.unit.endpoints.small_table import SmallTable
from tests.unit.imports.waiting import Waiting, answer, pause

NOW = "2026-01-02T03:04:05.000Z"
FAULTS = ["ThrottlingError", "ValidationError", "InternalServerError", "LOST"]


class SlowTable(SmallTable):
    """A table whose requests and answers take their time; `lost` says of each write whether its answer is lost."""

    def __init__(self, faults: Iterator[str], lost: Iterator[bool]) -> None:
        super().__init__(faults)
        self._lost = lost

    async def call(self, operation: str, request: dict[str, Any] | bytes) -> dict[str, Any]:
        await answer()
        if operation == "UpdateItem" and next(self._lost):
            with suppress(ConditionFailedError):
                await super().call(operation, request)
            await answer()
        try:
            return await super().call(operation, request)
        finally:
            await answer()

    async def pause(self, seconds: float) -> None:
        assert seconds
        await pause()


class AdmittedNames:
    """The attribute names of an app that admits any but one."""

    async def admit(self, names: tuple[str, ...]) -> None:
        if "Attributes.no" in names:
            raise RowInvalidError("Attributes.no", "is refused")

    async def leaving(self) -> set[str]:
        return set()


def store_of(table: SmallTable) -> EndpointStore:
    return EndpointStore(table, "table", "app", cast("AttributeNames", AdmittedNames()), clock=lambda: 1.5)


class Worker:
    """The work on rows, and what became of each."""

    def __init__(self, table: SmallTable, runner: Waiting) -> None:
        self._store = store_of(table)
        self.failed: list[int] = []
        self.went_in: list[int] = []
        self._rows = RowLoop(runner, self._merge, self._insert)

    async def _merge(self, task: tuple[int, Row]) -> None:
        try:
            await self._store.merge(task[1], NOW)
        except RowInvalidError:
            self.failed.append(task[0])
        else:
            self.went_in.append(task[0])

    async def _insert(self, tasks: Sequence[tuple[int, Row]]) -> list[bool]:
        done = await self._store.insert([row for _, row in tasks], NOW)
        self.went_in += [number for (number, _), is_done in zip(tasks, done, strict=True) if is_done]
        return done

    def put(self, number: int, row: Row) -> None:
        self._rows.put(row.key, (number, row), in_stretch=row.creates)

    def drain(self) -> None:
        self._rows.drain()


def one_by_one(rows: Sequence[Row]) -> tuple[SmallTable, list[int]]:
    """The table after the rows were merged one by one, and the numbers of those that failed."""
    table, failed = SmallTable(), []
    store = store_of(table)
    for number, row in enumerate(rows):
        try:
            finish(store.merge(row, NOW))
        except RowInvalidError:
            failed.append(number)
    return table, failed


def shown(table: SmallTable) -> dict[Any, Any]:
    """The items, without what differs in each write, and without ids that lost answers leave in users' sets.

    A user is dated when an endpoint leaves it, which one may do several times if there are two workers.
    """
    users = {item["sk"]["S"][2:]: item.get("User.UserId", {}).get("S") for item in table.items.values()}
    found: dict[Any, Any] = {}
    for key, item in table.items.items():
        own = {
            name: value
            for name, value in item.items()
            if name not in {"held", "removed", "endpoint_ids", "ingested"}
        }
        ids = item.get("endpoint_ids", {"SS": []})["SS"]
        found[key] = own, sorted(name for name in ids if users.get(name) == item["sk"]["S"][2:])
    return found


def row_of(
    endpoint_id: str, user_id: str, whole: bool, fields: dict[str, Any], value: list[str] | None
) -> Row:
    needed = {"Address": "a", "ChannelType": "SMS"} if whole else {}
    user = {"User.UserId": user_id} if user_id else {}
    attributes = {} if value is None else {f"User.UserAttributes.of-{endpoint_id}": value}
    return Row(endpoint_id, user_id, {**needed, **fields, **user}, attributes)


_fields: list[dict[str, Any]] = [
    {},
    {"OptOut": "ALL"},
    {"Attributes.a": ["1"], "Metrics.m": 2.5},
    {"Attributes.a": []},
]
_rows = st.lists(
    st.builds(
        row_of,
        st.sampled_from([f"e{number}" for number in range(6)]),
        st.sampled_from(["", "u", "u", "v"]),
        st.sampled_from([True, True, True, False]),
        st.sampled_from([*_fields, {"Attributes.no": ["1"]}]),
        st.sampled_from([None, None, ["1"], ["2"]]),
    ),
    max_size=30,
)
_choices = st.lists(st.integers(0, 9), min_size=1, max_size=20)


def chosen(choices: list[int]) -> Callable[[int], int]:
    each = cycle(choices)
    return lambda count: next(each) % count


@settings(max_examples=150, deadline=None)
@given(
    rows=_rows,
    limit=st.integers(1, 4),
    choices=_choices,
    faults=st.lists(st.sampled_from(["", "", "", *FAULTS]), max_size=30),
    lost=st.lists(st.booleans(), max_size=20),
)
def test_rows_on_their_way_come_to_what_they_come_to_one_by_one(
    rows: list[Row], limit: int, choices: list[int], faults: list[str], lost: list[bool]
) -> None:
    table = SlowTable(chain(faults, cycle([""])), chain(lost, cycle([False])))
    worker = Worker(table, Waiting(limit, chosen(choices)))
    with patch.object(module, "STRETCH", 4):
        for number, row in enumerate(rows):
            worker.put(number, row)
        worker.drain()
    expected, failed = one_by_one(rows)
    assert shown(table) == shown(expected)
    assert sorted(worker.failed) == failed
    assert sorted(worker.went_in + worker.failed) == [*range(len(rows))]


@settings(max_examples=100, deadline=None)
@given(rows=_rows, choices=_choices, again=st.booleans())
def test_two_workers_with_the_same_rows_come_to_what_one_comes_to(
    rows: list[Row], choices: list[int], again: bool
) -> None:
    """They run at the same time, or one after the other."""
    # What a partial row comes to depends on which worker was first. User attributes without a user go to the user that
    # the endpoint has by then: after a later row of the other worker that is another one, merged one by one as well.
    rows = [row for row in rows if row.creates and (row.user_id or not row.user_attributes)]
    table = SlowTable(cycle([""]), cycle([False]))
    runner = Waiting(6, chosen(choices))
    workers = Worker(table, runner), Worker(table, runner)
    with patch.object(module, "STRETCH", 4):
        for worker in workers:
            for number, row in enumerate(rows):
                worker.put(number, row)
            if again:
                worker.drain()
        for worker in workers:
            worker.drain()
    expected, failed = one_by_one(rows)
    assert shown(table) == shown(expected)
    for worker in workers:
        assert sorted(worker.failed) == failed
        assert sorted(worker.went_in + worker.failed) == [*range(len(rows))]


@settings(max_examples=30, deadline=None)
@given(choices=_choices, count=st.integers(16, 20), limit=st.integers(1, 8))
def test_a_user_never_has_more_than_fifteen_endpoints(choices: list[int], count: int, limit: int) -> None:
    rows = [row_of(f"e{number}", "u", True, {}, ["1"]) for number in range(count)]
    table = SlowTable(cycle([""]), cycle([False]))
    worker = Worker(table, Waiting(limit, chosen(choices)))
    with patch.object(module, "STRETCH", 7):
        for number, row in enumerate(rows):
            worker.put(number, row)
        worker.drain()
    assert len(worker.went_in) == 15
    assert sorted(worker.went_in + worker.failed) == [*range(count)]
    items = [item for item in table.items.values() if "User.UserId" in item]
    assert sorted(item["sk"]["S"] for item in items) == sorted(f"E#e{number}" for number in worker.went_in)


def test_new_rows_take_a_twenty_fifth_of_a_request_each() -> None:
    rows = [row_of(f"e{number}", "", True, {}, None) for number in range(201)]
    table = SlowTable(cycle([""]), cycle([False]))
    worker = Worker(table, Waiting(50))
    for number, row in enumerate(rows):
        worker.put(number, row)
    worker.drain()
    assert table.requests == ["UpdateItem", *["BatchExecuteStatement"] * 8]


def test_a_row_that_cannot_go_in_is_told_why_by_its_merge() -> None:
    worker = Worker(SlowTable(cycle([""]), cycle([False])), Waiting(5))
    for number, fields in enumerate([{}, {"Attributes.no": ["1"]}, {}]):
        worker.put(number, row_of(f"e{number}", "", True, fields, None))
    worker.drain()
    assert (sorted(worker.went_in), worker.failed) == ([0, 2], [1])

"""Writers of one app that overlap: each waits at every request, and a schedule says who goes on."""

from collections.abc import Coroutine, Generator, Iterator, Sequence
from itertools import permutations, repeat
from typing import Any, NamedTuple, cast

from audience.endpoints.attribute_names import AttributeNames
from audience.endpoints.deletions import Deletions
from audience.endpoints.documents import document_of, endpoint_ids_of, user_id_of
from audience.endpoints.rows import Row, RowInvalidError
from audience.endpoints.store import EndpointStore
from audience.layout.endpoints_table import endpoint_key, user_key
from tests.unit.endpoints.merging import NOW, AdmittedNames
from tests.unit.endpoints.small_table import SmallTable

HOUR_S = 3600.0


class Step(NamedTuple):
    """What a writer does: `merge` or `insert` rows, `delete_endpoint` or `delete_user` by an id."""

    does: str
    what: Any


Writer = Sequence[Step]


class Outcome(NamedTuple):
    """Which endpoints' rows failed, and how many turns each writer had."""

    failed: list[str]
    turns: list[int]


class _Turn:
    def __await__(self) -> Generator[None]:
        yield


class SharedTable(SmallTable):
    """A table at which whoever sends a request waits for its turn; time passes while somebody pauses."""

    def __init__(self, seconds: float = 0.0) -> None:
        super().__init__()
        self.seconds = seconds

    async def call(self, operation: str, request: dict[str, Any] | bytes) -> dict[str, Any]:
        await _Turn()
        return await super().call(operation, request)

    async def pause(self, seconds: float) -> None:
        await super().pause(seconds)
        self.seconds += seconds
        await _Turn()


async def take(table: SharedTable, steps: Writer) -> list[str]:
    """Take a writer's steps; return the endpoints whose rows failed."""
    names = cast("AttributeNames", AdmittedNames())
    store = EndpointStore(table, "table", "app", names, lambda: table.seconds, elapsed=lambda: table.seconds)
    deletions = Deletions(table, "table", "app", names, lambda _: None, lambda: table.seconds)
    failed = []
    for step in steps:
        rows: Sequence[Row] = step.what if step.does in {"merge", "insert"} else []
        if step.does == "insert":
            done = await store.insert(rows, NOW)
            rows = [row for row, is_done in zip(rows, done, strict=True) if not is_done]
        elif step.does != "merge":
            await getattr(deletions, step.does)(step.what)
        failed += [row.endpoint_id for row in rows if await _fails(store, row)]
    return failed


async def _fails(store: EndpointStore, row: Row) -> bool:
    try:
        await store.merge(row, NOW)
    except RowInvalidError:
        return True
    return False


def run(writers: Sequence[Coroutine[Any, Any, list[str]]], schedule: Iterator[int]) -> Outcome:
    """Run writers to their ends; a schedule's next number is whose turn it is, or the first one's if that has ended."""
    left = dict(enumerate(writers))
    failed: list[str] = []
    turns = [0] * len(left)
    while left:
        turn = next(schedule)
        number = turn if turn in left else min(left)
        turns[number] += 1
        try:
            left[number].send(None)
        except StopIteration as ended:
            failed += ended.value
            del left[number]
    return Outcome(sorted(failed), turns)


def overlapped(before: Writer, writers: Sequence[Writer], schedule: Iterator[int]) -> tuple[Any, list[int]]:
    """Return what is seen after writers have overlapped as a schedule says, and the turns that each had."""
    table = _table_after(before)
    failed, turns = run([take(table, steps) for steps in writers], schedule)
    return (seen(table), failed), turns


def in_some_order(before: Writer, writers: Sequence[Writer]) -> list[Any]:
    """Return what is seen after writers that do not overlap, in each order that keeps a writer's steps in theirs.

    Rows that are inserted together have no order.
    """
    writers = [each for steps in writers for each in _parts(steps)]
    turns = [number for number, steps in enumerate(writers) for _ in steps]
    found: list[Any] = []
    for order in set(permutations(turns)):
        table = _table_after(before)
        left = [iter(steps) for steps in writers]
        outcome = run([take(table, [next(left[number]) for number in order])], repeat(0))
        if (after := (seen(table), outcome.failed)) not in found:
            found.append(after)
    return found


def _parts(steps: Writer) -> list[Writer]:
    (*others, last) = steps
    if last.does == "insert" and not others:
        return [[Step("merge", [row])] for row in last.what]
    return [steps]


def _table_after(before: Writer) -> SharedTable:
    """A table in which some steps were taken an hour ago."""
    table = SharedTable()
    run([take(table, before)], repeat(0))
    table.seconds += HOUR_S
    return table


def seen(table: SmallTable, endpoints: str = "efg", users: str = "uv") -> dict[str, Any]:
    """All that clients can read: the endpoints by their ids, and their ids by their users."""
    items = {name: table.items.get(_key(endpoint_key("app", name))) for name in endpoints}
    owners = {name: table.items.get(_key(user_key("app", name))) for name in users}
    documents = {
        name: document_of(item, owners.get(user_id_of(item))) for name, item in items.items() if item
    }
    of_users = {
        name: [each for each in endpoint_ids_of(owner) if user_id_of(items.get(each) or {}) == name]
        for name, owner in owners.items()
        if owner
    }
    return documents | {name: ids for name, ids in of_users.items() if ids}


def _key(key: dict[str, Any]) -> tuple[str, str]:
    return key["pk"]["S"], key["sk"]["S"]

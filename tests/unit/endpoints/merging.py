"""Rows, and two ways to write them into a small table: inserted, or merged one by one."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, cast

from audience.aws.async_dynamodb import finish
from audience.endpoints.attribute_names import AttributeNames
from audience.endpoints.row_inserter import RowInserter
from audience.endpoints.rows import Row, RowInvalidError
from audience.endpoints.store import EndpointStore
from tests.unit.endpoints.small_table import SmallTable

NOW = "2026-01-02T03:04:05.000Z"
MOMENT = 1_767_323_045.5


class AdmittedNames:
    """The attribute names of an app that admits any."""

    async def admit(self, _: tuple[str, ...]) -> None:
        return

    async def leaving(self) -> set[str]:
        return set()


def inserter_of(table: SmallTable, dataset: str | None = None) -> RowInserter:
    """What inserts rows into the table."""
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
            name: "a text" if name in {"held", "removed"} else _value_of(value)
            for name, value in item.items()
        }
        for key, item in table.items.items()
    }


def _value_of(attribute: dict[str, Any]) -> Any:
    """A value; sets have no order, and a number has many spellings."""
    ((kind, value),) = attribute.items()
    return sorted(value) if kind == "SS" else float(value) if kind == "N" else attribute


def row(
    endpoint_id: str,
    user_id: str = "",
    fields: Mapping[str, Any] = MappingProxyType({}),
    attributes: Mapping[str, list[str]] = MappingProxyType({}),
) -> Row:
    """A row that is enough for a new endpoint."""
    user = {"User.UserId": user_id} if user_id else {}
    named = {f"User.UserAttributes.{name}": values for name, values in attributes.items()}
    return Row(endpoint_id, user_id, {"Address": "a", "ChannelType": "SMS", **fields, **user}, named)

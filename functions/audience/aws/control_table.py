"""A small client of the control table.

Items are plain Python values, reads are consistent, queries go over all pages. Keys come from
audience.layout.control_table. A write under a condition says whether the condition held; its caller decides what a lost
answer means, because a request without an answer is sent again.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from botocore.exceptions import ClientError

from audience.aws.client_types import Table
from audience.aws.items import page_of, plain, query_all, storable
from audience.layout.control_table import Key

Item = dict[str, Any]
_KEYS = ("pk", "sk")


class ControlTable:
    """The control table's items, by their primary keys."""

    def __init__(self, table: Table) -> None:
        """Keep the boto3 Table."""
        self._table = table

    def get(self, key: Key) -> Item | None:
        """Return an item without its keys, or None."""
        item = self._table.get_item(Key=key, ConsistentRead=True).get("Item")
        return without_keys(plain(item)) if item else None

    def put(self, key: Key, item: Mapping[str, Any]) -> None:
        """Store an item, in the place of one that is there."""
        self._table.put_item(Item={**storable(dict(item)), **key})

    def put_if(
        self,
        key: Key,
        item: Mapping[str, Any],
        condition: str,
        values: Mapping[str, Any] | None = None,
        names: Mapping[str, str] | None = None,
    ) -> bool:
        """Store an item under a condition; return whether the condition held.

        Args:
            key: the item's primary key.
            item: its other attributes.
            condition: a ConditionExpression.
            values: ExpressionAttributeValues by their `:name`.
            names: ExpressionAttributeNames by their `#name`.
        """
        return _held(
            self._table.put_item,
            Item={**storable(dict(item)), **key},
            ConditionExpression=condition,
            **_expression(values, names),
        )

    def update(
        self,
        key: Key,
        update: str,
        values: Mapping[str, Any] | None = None,
        names: Mapping[str, str] | None = None,
    ) -> Item:
        """Update an item by an UpdateExpression, making it if it is not there; return it as it is then."""
        request: dict[str, Any] = _expression(values, names)
        changed = self._table.update_item(Key=key, UpdateExpression=update, ReturnValues="ALL_NEW", **request)
        return without_keys(plain(changed["Attributes"]))

    def update_if(
        self,
        key: Key,
        update: str,
        condition: str,
        values: Mapping[str, Any] | None = None,
        names: Mapping[str, str] | None = None,
    ) -> bool:
        """Update an item under a condition; return whether the condition held. See put_if."""
        return _held(
            self._table.update_item,
            Key=key,
            UpdateExpression=update,
            ConditionExpression=condition,
            **_expression(values, names),
        )

    def delete(self, key: Key) -> None:
        """Remove an item, if it is there."""
        self._table.delete_item(Key=key)

    def delete_if(
        self,
        key: Key,
        condition: str,
        values: Mapping[str, Any] | None = None,
        names: Mapping[str, str] | None = None,
    ) -> bool:
        """Remove an item under a condition; return whether the condition held. See put_if."""
        return _held(
            self._table.delete_item, Key=key, ConditionExpression=condition, **_expression(values, names)
        )

    def delete_all(self, keys: Iterable[Key]) -> int:
        """Remove items, in batches; return how many keys there were."""
        count = 0
        with self._table.batch_writer() as batch:
            for key in keys:
                batch.delete_item(Key=key)
                count += 1
        return count

    def query(self, partition: str, prefix: str = "", **options: Any) -> Iterator[Item]:
        """Yield all items of a partition whose sort keys begin with `prefix`, by sort key, with their keys.

        Args:
            partition: the partition key.
            prefix: empty for all sort keys.
            options: other members of the Query request, such as FilterExpression with its ExpressionAttributeValues.
        """
        values = {":pk": partition, **options.pop("ExpressionAttributeValues", {})}
        condition = "pk = :pk"
        if prefix:
            condition += " AND begins_with(sk, :prefix)"
            values[":prefix"] = prefix
        return query_all(
            self._table,
            KeyConditionExpression=condition,
            ExpressionAttributeValues=values,
            ConsistentRead=True,
            **options,
        )

    def keys(self, partition: str, prefix: str = "") -> Iterator[Key]:
        """Yield the primary keys of a partition's items whose sort keys begin with `prefix`."""
        return self.query(partition, prefix, ProjectionExpression="pk, sk")

    def page(
        self, partition: str, prefix: str, limit: int, after: str | None
    ) -> tuple[list[Item], str | None]:
        """Return a page of items, highest sort key first, and the sort key to go on after (None at the end).

        The items have their keys; see audience.aws.items.page_of.
        """
        return page_of(self._table, partition, prefix, limit, after)


def without_keys(item: Item) -> Item:
    """Return an item without its primary key."""
    return {name: value for name, value in item.items() if name not in _KEYS}


def _expression(values: Mapping[str, Any] | None, names: Mapping[str, str] | None) -> dict[str, Any]:
    expression: dict[str, Any] = {}
    if values:
        expression["ExpressionAttributeValues"] = storable(dict(values))
    if names:
        expression["ExpressionAttributeNames"] = dict(names)
    return expression


def _held(write: Any, **request: Any) -> bool:
    """Send a write under a condition; return whether the condition held."""
    try:
        write(**request)
    except ClientError as refused:
        if refused.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise
        return False
    return True

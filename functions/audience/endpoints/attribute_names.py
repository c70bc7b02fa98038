"""The custom attribute names of an app: at most 250 over Attributes, Metrics and UserAttributes.

A name that a job is removing from all endpoints leaves the app (audience.endpoints.leaving_names): it counts until the
job has ended, and no row may name it meanwhile.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from audience.aws.async_dynamodb import AsyncDynamoDB
from audience.aws.dynamodb import ConditionFailedError
from audience.endpoints.fields import ATTRIBUTES, METRICS, USER_ATTRIBUTES
from audience.endpoints.rows import RowInvalidError
from audience.layout.control_table import ATTRIBUTE_NAMES

# https://docs.aws.amazon.com/pinpoint/latest/developerguide/quotas.html, "Maximum number of attribute keys"
MAX_NAMES = 250
MAX_ADMITTED = 1024  # rows' sets of names that are remembered: those of a file have the same columns
CUSTOM = (ATTRIBUTES, METRICS, USER_ATTRIBUTES)


@dataclass
class FoundNames:
    """The names as they were read: those that rows may use, and those that leave, each with its job's id."""

    names: set[str]
    leaving: dict[str, str]
    change: str  # another after each change of what leaves; empty before the first

    def new(self, names: Iterable[str]) -> list[str]:
        """Return those of some names that rows may not use yet."""
        return [name for name in names if name not in self.names]

    def refusal(self, new: list[str]) -> RowInvalidError | None:
        """Return why not all of these names can be added; None where they can."""
        for name in new:
            if job := self.leaving.get(name):
                reason = f"is being removed from all endpoints by job {job}; it can be given again when that has ended"
                return RowInvalidError(name, reason)
        room = MAX_NAMES - len(self.names) - len(self.leaving)
        if len(new) > room:
            return RowInvalidError(new[room], f"the app has {MAX_NAMES} custom attribute names already")
        return None


class AttributeNames:
    """The attribute names of one app; a name that is known already needs no request.

    What is known grows old: a removal of names waits for whoever may know them (audience.attribute_removals.writers).
    """

    def __init__(self, dynamodb: AsyncDynamoDB, control_table: str, application_id: str) -> None:
        """Keep the client, the control table's name and the app."""
        self._dynamodb = dynamodb
        key = ATTRIBUTE_NAMES.key(application_id=application_id)
        self._at = {
            "TableName": control_table,
            "Key": {name: {"S": value} for name, value in key.items()},
        }
        self._found: FoundNames | None = None
        self._admitted: set[tuple[str, ...]] = set()  # the names of rows, all of which are known

    async def admit(self, names: tuple[str, ...]) -> None:
        """Add the names that a row uses (Row.names) to the app's.

        Raises:
            RowInvalidError: the app would have more than 250, or is losing one of them.
        """
        if names in self._admitted:
            return
        await self._admit(_custom(names))
        if len(self._admitted) >= MAX_ADMITTED:
            self._admitted.clear()
        self._admitted.add(names)

    async def check(self, names: tuple[str, ...]) -> None:
        """Check the names as `admit` does, but remember them only in this object."""
        found = self._found or await self._load()
        new = found.new(_custom(names))
        if refusal := found.refusal(new):
            raise refusal
        found.names.update(new)

    async def leaving(self) -> set[str]:
        """Return the names that leave the app, as they are now."""
        return {*(await self._read()).leaving}

    async def _admit(self, names: list[str]) -> None:
        read_now = self._found is None
        found = self._found or await self._load()
        while new := found.new(names):
            refusal = found.refusal(new)
            if refusal is not None and read_now:
                raise refusal
            if refusal is None and await self._add(new, found.change):
                found.names.update(new)
            else:  # another worker has added names, or there is room again
                found, read_now = await self._load(), True

    async def _load(self) -> FoundNames:
        self._found = await self._read()
        self._admitted.clear()
        return self._found

    async def _read(self) -> FoundNames:
        reply = await self._dynamodb.call("GetItem", {**self._at, "ConsistentRead": True})
        item: dict[str, Any] = reply.get("Item", {})
        leaving = {name: job["S"] for name, job in item.get("leaving", {"M": {}})["M"].items()}
        names = set(item.get("names", {"SS": []})["SS"]) - leaving.keys()
        return FoundNames(names, leaving, item.get("leaving_change", {"S": ""})["S"])

    async def _add(self, names: list[str], change: str) -> bool:
        """Add all names, or none; return whether they were added.

        There has to be room for all, and what leaves has to be as it was at the `change` that was read.
        """
        same = "leaving_change = :change" if change else "attribute_not_exists(leaving_change)"
        try:
            await self._dynamodb.call(
                "UpdateItem",
                {
                    **self._at,
                    "UpdateExpression": "ADD #names :set",
                    "ConditionExpression": (
                        f"(attribute_not_exists(#names) OR size(#names) <= :room) AND {same}"
                    ),
                    "ExpressionAttributeNames": {"#names": "names"},
                    "ExpressionAttributeValues": {
                        ":set": {"SS": names},
                        ":room": {"N": str(MAX_NAMES - len(names))},
                        **({":change": {"S": change}} if change else {}),
                    },
                },
            )
        except ConditionFailedError:
            return False
        return True


def _custom(names: Iterable[str]) -> list[str]:
    """Return those of a row's names that are of custom attributes."""
    return [name for name in names if name.startswith(CUSTOM)]

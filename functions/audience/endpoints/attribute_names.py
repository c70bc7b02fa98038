"""The custom attribute names of an app: at most 250 over Attributes, Metrics and UserAttributes."""

from audience.aws.async_dynamodb import AsyncDynamoDB
from audience.aws.dynamodb import ConditionFailedError
from audience.endpoints.fields import ATTRIBUTES, METRICS, USER_ATTRIBUTES
from audience.endpoints.rows import RowInvalidError
from audience.layout.control_table import ATTRIBUTE_NAMES

# https://docs.aws.amazon.com/pinpoint/latest/developerguide/quotas.html, "Maximum number of attribute keys"
MAX_NAMES = 250
MAX_ADMITTED = 1024  # rows' sets of names that are remembered: those of a file have the same columns
_CUSTOM = (ATTRIBUTES, METRICS, USER_ATTRIBUTES)


class AttributeNames:
    """The attribute names of one app; a name that is known already needs no request."""

    def __init__(self, dynamodb: AsyncDynamoDB, control_table: str, application_id: str) -> None:
        """Keep the client, the control table's name and the app."""
        self._dynamodb = dynamodb
        key = ATTRIBUTE_NAMES.key(application_id=application_id)
        self._at = {
            "TableName": control_table,
            "Key": {name: {"S": value} for name, value in key.items()},
        }
        self._known: set[str] | None = None
        self._admitted: set[tuple[str, ...]] = set()  # the names of rows, all of which are known

    async def admit(self, names: tuple[str, ...]) -> None:
        """Add the names that a row uses (Row.names) to the app's.

        Raises:
            RowInvalidError: the app would have more than 250.
        """
        if names in self._admitted:
            return
        known = await self._load() if self._known is None else self._known
        while new := self._new(names, known):
            if await self._add(new):
                known.update(new)
            else:
                known = await self._load()
        if len(self._admitted) >= MAX_ADMITTED:
            self._admitted.clear()
        self._admitted.add(names)

    async def check(self, names: tuple[str, ...]) -> None:
        """Check the names as `admit` does, but remember them only in this object."""
        known = await self._load() if self._known is None else self._known
        known.update(self._new(names, known))

    @staticmethod
    def _new(names: tuple[str, ...], known: set[str]) -> list[str]:
        """Return the names of a row that are not known yet.

        Raises:
            RowInvalidError: the app has no room for all of them.
        """
        custom = (name for name in names if name.startswith(_CUSTOM))
        new = [name for name in custom if name not in known]
        room = MAX_NAMES - len(known)
        if len(new) > room:
            raise RowInvalidError(new[room], f"the app has {MAX_NAMES} custom attribute names already")
        return new

    async def _load(self) -> set[str]:
        reply = await self._dynamodb.call("GetItem", {**self._at, "ConsistentRead": True})
        item = reply.get("Item", {})
        self._known = set(item.get("names", {"SS": []})["SS"])
        return self._known

    async def _add(self, names: list[str]) -> bool:
        """Add all names if there is room for all, else none; return whether they were added."""
        try:
            await self._dynamodb.call(
                "UpdateItem",
                {
                    **self._at,
                    "UpdateExpression": "ADD #names :set",
                    "ConditionExpression": "attribute_not_exists(#names) OR size(#names) <= :room",
                    "ExpressionAttributeNames": {"#names": "names"},
                    "ExpressionAttributeValues": {
                        ":set": {"SS": names},
                        ":room": {"N": str(MAX_NAMES - len(names))},
                    },
                },
            )
        except ConditionFailedError:
            return False
        return True

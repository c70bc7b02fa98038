"""Endpoints of one app, for what merges rows: the merge itself, and what it reads."""

import time
from collections.abc import Callable, Sequence

from audience.aws.async_dynamodb import AsyncDynamoDB
from audience.aws.dynamodb import ItemTooLargeError
from audience.endpoints.attribute_names import AttributeNames
from audience.endpoints.documents import EndpointItem, id_of, text_of
from audience.endpoints.held_attributes import HeldAttributes
from audience.endpoints.row_inserter import RowInserter
from audience.endpoints.row_writer import RowWriter
from audience.endpoints.rows import Row, RowInvalidError
from audience.endpoints.together import Together, one_after_another
from audience.endpoints.users import UserStore
from audience.segments.members import Member
from audience.settings import StorageSettings


class EndpointStore:
    """The endpoints of one app, which rows are merged into."""

    def __init__(
        self,
        dynamodb: AsyncDynamoDB,
        table: str,
        application_id: str,
        names: AttributeNames,
        clock: Callable[[], float] = time.time,
        dataset: str | None = None,
        together: Together = one_after_another,
        elapsed: Callable[[], float] = time.monotonic,
    ) -> None:
        """Keep the client, the endpoints table's name, the app and its attribute names.

        `clock` (seconds since 1970) and `elapsed` (seconds since any moment) are for the tests. `dataset` is the id of
        the dataset that rows are merged for; without one, endpoints keep the dataset that they have. `together` runs
        requests at the same time.
        """
        self.names = names
        self.users = UserStore(dynamodb, table, application_id, clock)
        self.held = HeldAttributes(dynamodb, table, application_id, names, self.users)
        self._writer = RowWriter(
            dynamodb, table, application_id, names, self.users, self.held, clock, elapsed, dataset
        )
        self._inserter = RowInserter(dynamodb, table, application_id, clock, dataset, together, elapsed)

    def key(self, row: Row) -> str:
        """Return the key of a row: rows of one endpoint, or of one user only, are merged in their order."""
        return row.key

    async def merge(self, row: Row, now: str) -> list[Member]:
        """Merge a row into its endpoint and user; fields that it does not name stay as they are.

        This takes one write, one more if the row names a user, and a read only if the row is not enough to make an
        endpoint. Only where user attributes are given without a user id to an endpoint that has one, or removed, or
        an endpoint gets a user and held some before, it takes more. `now` is an ISO 8601 date.

        Returns:
            The endpoints that the row named, as members of a segment.

        Raises:
            RowInvalidError: the endpoint does not exist and the row is not enough to make it, the user has 15
                endpoints, the app 250 attribute names, or the endpoint or the user would be too large.
        """
        try:
            return await self._writer.merge(row, now)
        except ItemTooLargeError:
            raise RowInvalidError("", "too large together with what is stored already") from None

    async def insert(self, rows: Sequence[Row], now: str) -> list[bool]:
        """Insert the endpoints of rows that do not exist; see RowInserter.insert. `merge` has to do the other rows.

        Args:
            rows: of different endpoints, each enough to make one.
            now: an ISO 8601 date.

        Returns:
            For each row, whether it is done.
        """
        names = [row.names for row in rows]
        # Rows of one shape share the tuple of their names: it is looked up once, and not hashed for each of them.
        admits = {
            number: await self._admits(each) for number, each in {id(each): each for each in names}.items()
        }
        if all(admits.values()):
            return await self._inserter.insert(rows, now)
        admitted = [row for row, each in zip(rows, names, strict=True) if admits[id(each)]]
        inserted = iter(await self._inserter.insert(admitted, now))
        ids = {row.endpoint_id for row in admitted}
        return [row.endpoint_id in ids and next(inserted) for row in rows]

    async def _admits(self, names: tuple[str, ...]) -> bool:
        try:
            await self.names.admit(names)
        except RowInvalidError:
            return False  # whose merge says why
        return True

    async def members_of_user(self, row: Row) -> list[Member]:
        """Return all endpoints of the user that a row names; the row names no endpoint.

        Raises:
            RowInvalidError: the user has none.
        """
        items = await self._writer.items_of_user(row)
        return [Member(id_of(item), text_of(item, "ChannelType")) for item in items]

    async def item(self, endpoint_id: str) -> EndpointItem | None:
        """Return the endpoint's item in DynamoDB's JSON, or None."""
        return await self.users.endpoint(endpoint_id)

    async def existing(self, row: Row) -> EndpointItem:
        """Return the item of the endpoint of a row that is not enough to make it.

        Raises:
            RowInvalidError: there is no such endpoint.
        """
        return await self._writer.existing(row)


def endpoint_store(
    dynamodb: AsyncDynamoDB,
    settings: StorageSettings,
    application_id: str,
    dataset: str | None = None,
    together: Together = one_after_another,
) -> EndpointStore:
    """Return the store of one app's endpoints, which merges rows for `dataset` if given; see EndpointStore."""
    names = AttributeNames(dynamodb, settings.control_table, application_id)
    table = settings.endpoints_table
    return EndpointStore(dynamodb, table, application_id, names, dataset=dataset, together=together)

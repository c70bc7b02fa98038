"""A dry run: what the result of each row would be, without writing anything."""

from threading import Lock

from audience.endpoints.documents import id_of, user_id_of
from audience.endpoints.rows import Row, RowInvalidError
from audience.endpoints.store import EndpointStore
from audience.endpoints.users import MAX_ENDPOINTS, no_endpoints, too_many_endpoints
from audience.segments.members import Member


class DryRun:
    """Judges rows as the merge would; of rows that depend on others it knows those of its own piece."""

    def __init__(self, endpoints: EndpointStore) -> None:
        """Keep the registered endpoints, which are only read."""
        self._endpoints = endpoints
        self._lock = Lock()
        # Endpoints the piece would have made or changed, with their users; None where the table says which.
        self._seen: dict[str, str | None] = {}
        self._users: dict[str, set[str]] = {}

    def merge(self, row: Row, now: str) -> list[Member]:  # noqa: ARG002 - as every merger
        """Judge the row; it has no members, for there will be no segment.

        Raises:
            RowInvalidError: the row could not go in.
        """
        with self._lock:
            if row.endpoint_id:
                self._judge(row)
            elif not self._own(row.user_id):
                raise no_endpoints(row.user_id)
            else:
                self._endpoints.names.check(row)
        return []

    def _judge(self, row: Row) -> None:
        former = self._user_of(row)
        self._endpoints.names.check(row)
        if row.user_id:
            self._join(row, former)
        elif row.user_attributes and not former:
            raise RowInvalidError(next(iter(row.user_attributes)), "the endpoint has no user")
        self._seen[row.endpoint_id] = row.user_id or former

    def _user_of(self, row: Row) -> str | None:
        """Return the user the row's endpoint has now, empty for none; None if the row does not need it.

        Raises:
            RowInvalidError: the endpoint is not there, and the row is not enough to make it.
        """
        known = self._seen.get(row.endpoint_id)
        if known is not None:
            return known
        if row.creates or row.endpoint_id in self._seen:
            if not row.user_id and not row.user_attributes:
                return None
            item = self._endpoints.item(row.endpoint_id) or {}
        else:
            item = self._endpoints.existing(row)
        return user_id_of(item)

    def _join(self, row: Row, former: str | None) -> None:
        own = self._own(row.user_id)
        if row.endpoint_id not in own and len(own) >= MAX_ENDPOINTS:
            raise too_many_endpoints()
        own.add(row.endpoint_id)
        if former and former != row.user_id:
            self._own(former).discard(row.endpoint_id)

    def _own(self, user_id: str) -> set[str]:
        """Return the ids of the user's endpoints, as the rows before have left them."""
        if user_id not in self._users:
            user = self._endpoints.users.find(user_id)
            items = self._endpoints.users.endpoints(user) if user else []
            self._users[user_id] = {id_of(item) for item in items}
        return self._users[user_id]

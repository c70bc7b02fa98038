"""Apps in the control table."""

from typing import Any

from audience.aws.client_types import Table
from audience.aws.control_table import ControlTable, without_keys
from audience.layout.control_table import APP


class AppStore:
    """Reads and writes apps: items of `Id`, `Name`, `CreationDate` and `tags`."""

    def __init__(self, table: Table) -> None:
        """Keep the control table."""
        self._control = ControlTable(table)

    def create(self, application_id: str, name: str, tags: dict[str, str], created: str) -> dict[str, Any]:
        """Store a new app; `created` is an ISO 8601 date."""
        app = {"Id": application_id, "Name": name, "CreationDate": created, "tags": tags}
        self._control.put(APP.key(application_id=application_id), app)
        return app

    def find(self, application_id: str) -> dict[str, Any] | None:
        """Return the app, or None."""
        return self._control.get(APP.key(application_id=application_id))

    def page(self, limit: int, after: str | None) -> tuple[list[dict[str, Any]], str | None]:
        """Return a page of apps, newest first, and the sort key to go on after (None at the end)."""
        items, following = self._control.page(APP.partition(), APP.prefix, limit, after)
        return [without_keys(item) for item in items], following

    def delete(self, application_id: str) -> dict[str, Any] | None:
        """Remove the app and return what it was, or None if there was none.

        What it was is read before: a delete whose answer is lost finds nothing when it is sent again.
        """
        app = self.find(application_id)
        self._control.delete(APP.key(application_id=application_id))
        return app

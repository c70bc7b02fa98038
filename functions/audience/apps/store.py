"""Apps in the control table."""

from typing import Any

from audience.aws.items import page_of, plain

PARTITION = "APPS"


class AppStore:
    """Reads and writes apps: items of `Id`, `Name`, `CreationDate` and `tags`."""

    def __init__(self, table: Any) -> None:
        """Keep the control table (a boto3 Table)."""
        self._table = table

    def create(self, application_id: str, name: str, tags: dict[str, str], created: str) -> dict[str, Any]:
        """Store a new app; `created` is an ISO 8601 date."""
        app = {"Id": application_id, "Name": name, "CreationDate": created, "tags": tags}
        self._table.put_item(Item={"pk": PARTITION, "sk": application_id, **app})
        return app

    def find(self, application_id: str) -> dict[str, Any] | None:
        """Return the app, or None."""
        key = {"pk": PARTITION, "sk": application_id}
        item = self._table.get_item(Key=key, ConsistentRead=True).get("Item")
        return _app(item) if item else None

    def page(self, limit: int, after: str | None) -> tuple[list[dict[str, Any]], str | None]:
        """Return a page of apps, newest first, and the sort key to go on after (None at the end)."""
        items, following = page_of(self._table, PARTITION, "", limit, after)
        return [_app(item) for item in items], following

    def delete(self, application_id: str) -> dict[str, Any] | None:
        """Remove the app and return what it was, or None if there was none.

        What it was is read before: a delete whose answer is lost finds nothing when it is sent again.
        """
        app = self.find(application_id)
        self._table.delete_item(Key={"pk": PARTITION, "sk": application_id})
        return app


def _app(item: dict[str, Any]) -> dict[str, Any]:
    app: dict[str, Any] = plain(item)
    return {name: value for name, value in app.items() if name not in {"pk", "sk"}}

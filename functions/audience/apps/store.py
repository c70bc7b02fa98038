"""Apps in the control table."""

from typing import TypedDict, cast

from audience.aws.client_types import Table
from audience.aws.control_table import ControlTable, without_keys
from audience.layout.control_table import APP


class App(TypedDict):
    """An app, as its item in the control table has it."""

    Id: str
    Name: str
    CreationDate: str
    tags: dict[str, str]


class AppExistsError(Exception):
    """There is an app of that id.

    Attributes:
        app: that app.
    """

    def __init__(self, app: App) -> None:
        """Keep the app."""
        super().__init__(app["Id"])
        self.app = app


class AppStore:
    """Reads and writes apps."""

    def __init__(self, table: Table) -> None:
        """Keep the control table."""
        self._control = ControlTable(table)

    def create(self, application_id: str, name: str, tags: dict[str, str], created: str) -> App:
        """Store a new app; `created` is an ISO 8601 date.

        Raises:
            AppExistsError: there is another app of that id.
        """
        app: App = {"Id": application_id, "Name": name, "CreationDate": created, "tags": tags}
        while not self._control.put_if(
            APP.key(application_id=application_id), app, "attribute_not_exists(pk)"
        ):
            found = self.find(application_id)
            if found == app:  # the answer to an earlier try of this request was lost
                break
            if found is not None:
                raise AppExistsError(found)
        return app

    def find(self, application_id: str) -> App | None:
        """Return the app, or None."""
        return cast("App | None", self._control.get(APP.key(application_id=application_id)))

    def page(self, limit: int, after: str | None) -> tuple[list[App], str | None]:
        """Return a page of apps, newest first, and the sort key to go on after (None at the end)."""
        items, following = self._control.page(APP.partition(), APP.prefix, limit, after)
        return [cast("App", without_keys(item)) for item in items], following

    def delete(self, application_id: str) -> App | None:
        """Remove the app and return what it was, or None if there was none.

        What it was is read before: a delete whose answer is lost finds nothing when it is sent again.
        """
        app = self.find(application_id)
        self._control.delete(APP.key(application_id=application_id))
        return app

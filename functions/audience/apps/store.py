"""Apps in the control table."""

from typing import NotRequired, TypedDict, cast

from audience.aws.client_types import Table
from audience.aws.control_table import ControlTable, without_keys
from audience.identifiers import new_id
from audience.layout.control_table import APP


class App(TypedDict):
    """An app, as its item in the control table has it."""

    Id: str
    Name: str
    CreationDate: str
    tags: dict[str, str]
    tags_change: NotRequired[str]  # the last change of the tags: an id of its own


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

    def change_tags(self, app: App, tags: dict[str, str]) -> bool:
        """Change an app's tags, unless it is gone or they were changed since it was read.

        Returns:
            Whether they were changed.
        """
        before, own = app.get("tags_change"), new_id()
        unchanged = "tags_change = :before" if before else "attribute_not_exists(tags_change)"
        return self._control.update_if(
            APP.key(application_id=app["Id"]),
            "SET tags = :tags, tags_change = :own",
            f"attribute_exists(pk) AND ({unchanged} OR tags_change = :own)",
            {":tags": tags, ":own": own, **({":before": before} if before else {})},
        )

    def delete(self, application_id: str) -> App | None:
        """Remove the app and return what it was, or None if there was none.

        What it was is read before: a delete whose answer is lost finds nothing when it is sent again.
        """
        app = self.find(application_id)
        self._control.delete(APP.key(application_id=application_id))
        return app

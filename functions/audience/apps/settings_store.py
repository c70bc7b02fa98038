"""The settings of apps, kept as clients gave them: nothing here sends messages by them."""

from typing import Any

from audience.aws.client_types import Table
from audience.aws.control_table import ControlTable
from audience.layout.control_table import APPLICATION_SETTINGS, Key


class ApplicationSettingsStore:
    """Reads and writes the settings of apps."""

    def __init__(self, table: Table) -> None:
        """Keep the control table."""
        self._control = ControlTable(table)

    def find(self, application_id: str) -> dict[str, Any]:
        """Return an app's settings by the names of their members; empty where none was ever given."""
        return self._control.get(_key(application_id)) or {}

    def change(self, application_id: str, members: dict[str, Any], now: str) -> dict[str, Any]:
        """Replace the members that are given, and return all settings; `now` is an ISO 8601 date."""
        changed = {**members, "LastModifiedDate": now}
        names = {f"#{number}": name for number, name in enumerate(changed)}
        values = {f":{number}": value for number, value in enumerate(changed.values())}
        update = ", ".join(f"#{number} = :{number}" for number in range(len(changed)))
        return self._control.update(_key(application_id), f"SET {update}", values, names)


def _key(application_id: str) -> Key:
    return APPLICATION_SETTINGS.key(application_id=application_id)

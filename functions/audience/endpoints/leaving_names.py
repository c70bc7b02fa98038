"""Names that leave an app, because a job removes their attributes from all endpoints.

A name that leaves stays among the app's names until the job is complete: it counts against the limit, and rows that
name it are refused. Each change has an id of its own, on which whoever adds names depends
(audience.endpoints.attribute_names), so that no name is added that leaves.
"""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import uuid4

from audience.aws.client_types import Table
from audience.aws.control_table import ControlTable, Item
from audience.layout.control_table import ATTRIBUTE_NAMES


class LeavingNames:
    """The names of one app that leave it, each with the job that removes it."""

    def __init__(self, table: Table, application_id: str) -> None:
        """Keep the control table and the app."""
        self._control = ControlTable(table)
        self._key = ATTRIBUTE_NAMES.key(application_id=application_id)

    def names(self) -> set[str]:
        """Return all names of the app, also those that leave it."""
        return {*self._item().get("names", ())}

    def mark(self, names: Iterable[str], job_id: str) -> None:
        """Let those of some names leave that the app has; this job removes them, also where another one did before."""
        wanted = {*names}
        while True:
            item = self._item()
            own = dict.fromkeys(wanted & {*item.get("names", ())}, job_id)
            leaving = {**_leaving(item), **own}
            if leaving == _leaving(item) or self._change(item, leaving):
                return

    def keep(self, job_id: str) -> None:
        """Let the names stay that a job did not remove from all endpoints."""
        while own := _of(item := self._item(), job_id):
            if self._change(item, _without(item, own)):
                return

    def free(self, job_id: str) -> None:
        """Remove from the app the names that a job has removed from all endpoints."""
        while own := _of(item := self._item(), job_id):
            if self._change(item, _without(item, own), own, job_id):
                return

    def were_freed_by(self, job_id: str) -> bool:
        """Return whether this job was the last one to free names."""
        return bool(self._item().get("freed_by") == job_id)

    def _item(self) -> Item:
        return self._control.get(self._key) or {}

    def _change(
        self, before: Item, leaving: Mapping[str, str], freed: Iterable[str] = (), freed_by: str = ""
    ) -> bool:
        """Replace what leaves, and remove the freed names; return whether all was still as read before."""
        update = "SET leaving = :leaving, leaving_change = :own"
        condition = "attribute_exists(pk) AND attribute_not_exists(leaving_change)"
        values: dict[str, Any] = {":leaving": dict(leaving), ":own": uuid4().hex}
        names = {}
        if "leaving_change" in before:
            condition, values[":before"] = "leaving_change = :before", before["leaving_change"]
        if freed:
            update += ", freed_by = :job DELETE #names :freed"
            names = {"#names": "names"}
            values |= {":job": freed_by, ":freed": {*freed}}
        return self._control.update_if(self._key, update, condition, values, names)


def _leaving(item: Item) -> dict[str, str]:
    leaving: dict[str, str] = item.get("leaving", {})
    return leaving


def _of(item: Item, job_id: str) -> set[str]:
    return {name for name, job in _leaving(item).items() if job == job_id}


def _without(item: Item, names: set[str]) -> dict[str, str]:
    return {name: job for name, job in _leaving(item).items() if name not in names}

"""Datasets: the folders that profile exports write their batches to."""

import os
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

import orjson

from audience.aws.client_types import Table
from audience.aws.control_table import ControlTable
from audience.batches.files import FileFormat
from audience.identifiers import DATASET_ID
from audience.layout.control_table import DATASET, app_partition


@dataclass(frozen=True)
class Dataset:
    """A folder of an app in the service's bucket."""

    id: str
    application_id: str
    name: str
    format: FileFormat
    created: int  # milliseconds since 1970
    details: dict[str, Any] = field(default_factory=dict)  # what else the client said of it

    @classmethod
    def from_item(cls, application_id: str, dataset_id: str, item: Mapping[str, Any]) -> Self:
        """Return the dataset that an item of the control table holds."""
        details = orjson.loads(item["details"])
        return cls(dataset_id, application_id, item["name"], item["format"], item["created"], details)

    def to_item(self) -> dict[str, Any]:
        """Return the dataset as an item of the control table, without its keys."""
        return {
            "name": self.name,
            "format": self.format,
            "created": self.created,
            # As text: JSON has numbers that a table cannot hold.
            "details": orjson.dumps(self.details).decode(),
        }


def new_dataset_id() -> str:
    """Return 24 hex digits, as Adobe's ids are: seconds since 1970, then random ones.

    They sort by the time of their creation.
    """
    return int(time.time()).to_bytes(4, "big").hex() + os.urandom(8).hex()


class DatasetStore:
    """Datasets in the control table."""

    def __init__(self, table: Table) -> None:
        """Keep the control table."""
        self._control = ControlTable(table)

    def create(self, dataset: Dataset) -> None:
        """Store a new dataset."""
        key = DATASET.key(application_id=dataset.application_id, dataset_id=dataset.id)
        self._control.put(key, dataset.to_item())

    def find(self, application_id: str, dataset_id: str) -> Dataset | None:
        """Return the dataset, or None; an id may be anything that a client sends."""
        if not re.fullmatch(DATASET_ID, dataset_id):
            return None
        item = self._control.get(DATASET.key(application_id=application_id, dataset_id=dataset_id))
        return Dataset.from_item(application_id, dataset_id, item) if item else None

    def all(self, application_id: str) -> list[Dataset]:
        """Return the app's datasets, the oldest first."""
        items = self._control.query(app_partition(application_id), DATASET.prefix)
        return [
            Dataset.from_item(application_id, item["sk"].removeprefix(DATASET.prefix), item) for item in items
        ]

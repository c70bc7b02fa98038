"""Datasets: the places that profile exports write their batches to."""

import os
import re
import time
from dataclasses import dataclass, field
from typing import Any, Literal

import orjson

from audience.aws.items import plain, query_all
from audience.identifiers import DATASET_ID

Format = Literal["parquet", "json"]  # json is newline-delimited

_PREFIX = "DATASET#"


@dataclass(frozen=True)
class Dataset:
    """A folder of an app in the service's bucket."""

    id: str
    application_id: str
    name: str
    format: Format
    created: int  # milliseconds since 1970
    details: dict[str, Any] = field(default_factory=dict)  # what else the client said of it


def new_dataset_id() -> str:
    """Return 24 hex digits, as Adobe's ids are: seconds since 1970, then random ones.

    They sort by the time of their creation.
    """
    return int(time.time()).to_bytes(4, "big").hex() + os.urandom(8).hex()


class DatasetStore:
    """Datasets in the control table."""

    def __init__(self, table: Any) -> None:
        """Keep the control table (a boto3 Table)."""
        self._table = table

    def create(self, dataset: Dataset) -> None:
        """Store a new dataset."""
        item = {
            "name": dataset.name,
            "format": dataset.format,
            "created": dataset.created,
            # As text: JSON has numbers that a table cannot hold.
            "details": orjson.dumps(dataset.details).decode(),
        }
        self._table.put_item(Item={**_key(dataset.application_id, dataset.id), **item})

    def find(self, application_id: str, dataset_id: str) -> Dataset | None:
        """Return the dataset, or None; an id may be anything that a client sends."""
        if not re.fullmatch(DATASET_ID, dataset_id):
            return None
        key = _key(application_id, dataset_id)
        item = self._table.get_item(Key=key, ConsistentRead=True).get("Item")
        return _dataset_of(plain(item)) if item else None

    def all(self, application_id: str) -> list[Dataset]:
        """Return the app's datasets, the oldest first."""
        query = {
            "KeyConditionExpression": "pk = :pk AND begins_with(sk, :prefix)",
            "ExpressionAttributeValues": {":pk": f"APP#{application_id}", ":prefix": _PREFIX},
            "ConsistentRead": True,
        }
        return [_dataset_of(item) for item in query_all(self._table, **query)]


def _key(application_id: str, dataset_id: str) -> dict[str, str]:
    return {"pk": f"APP#{application_id}", "sk": f"{_PREFIX}{dataset_id}"}


def _dataset_of(item: dict[str, Any]) -> Dataset:
    return Dataset(
        id=item["sk"].removeprefix(_PREFIX),
        application_id=item["pk"].removeprefix("APP#"),
        name=item["name"],
        format=item["format"],
        created=item["created"],
        details=orjson.loads(item["details"]),
    )

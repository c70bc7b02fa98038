"""What boto3's users write to import a file into a table: batch_writer, which puts whole items, and update_item.

Both go the whole way from the file on. batch_writer replaces items and has no conditions: it could not do what an
import does (merge without losing a concurrent update), and is here for scale.
"""

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import boto3

from audience.aws.client_types import Table
from benchmarks.import_files import csv_rows
from benchmarks.service import SinkService

NOW = "2026-01-01T00:00:00.000Z"
NOW_MS = 1_767_323_045_000
OWN = {"EndpointStatus": "ACTIVE", "EffectiveDate": NOW, "ingested": NOW_MS}


class Boto3Peers:
    """boto3's table, and the ways to write rows into it."""

    def __init__(self, running: SinkService) -> None:
        """Make a table resource for the sink; its address and credentials are in the environment."""
        resource = boto3.Session().resource("dynamodb", endpoint_url=running.url)
        self._table: Table = resource.Table("endpoints")

    def put_csv(self, path: Path) -> None:
        """Write a CSV file's rows as whole items, 25 a request."""
        self._put(_fields_of_csv(path))

    def put_ndjson(self, path: Path) -> None:
        """Write the rows of a file of JSON lines as whole items, 25 a request."""
        with path.open("rb") as file:
            self._put(json.loads(line, parse_float=Decimal) for line in file)

    def update_csv(self, path: Path) -> None:
        """Merge a CSV file's rows into their items, as an import's UpdateItem does."""
        for row in _fields_of_csv(path):
            key = _key(row.pop("Id"))
            fields = {**OWN, **row}
            names = {f"#{number}": name for number, name in enumerate(fields)}
            values = {f":{number}": value for number, value in enumerate(fields.values())}
            sets = ", ".join(f"#{number} = :{number}" for number in range(len(fields)))
            self._table.update_item(
                Key=key,
                UpdateExpression=f"SET #created = if_not_exists(#created, :created), {sets}",
                ExpressionAttributeNames={**names, "#created": "CreationDate"},
                ExpressionAttributeValues={**values, ":created": NOW},
            )

    def _put(self, rows: Iterator[dict[str, Any]]) -> None:
        with self._table.batch_writer() as batch:
            for row in rows:
                batch.put_item(Item={**_key(row.pop("Id")), **OWN, "CreationDate": NOW, **row})


def _key(endpoint_id: str) -> dict[str, str]:
    return {"pk": "app#00", "sk": f"E#{endpoint_id}"}


def _fields_of_csv(path: Path) -> Iterator[dict[str, Any]]:
    """Yield rows with their attributes as lists and their metrics as numbers, as endpoints have them."""
    for row in csv_rows(path):
        fields: dict[str, Any] = {}
        for name, value in row.items():
            if name.startswith("Attributes."):
                fields[name] = [value]
            elif name.startswith("Metrics."):
                fields[name] = Decimal(value)
            else:
                fields[name] = value
        yield fields

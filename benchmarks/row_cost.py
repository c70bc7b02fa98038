"""Compare the CPU cost of a row: UpdateItem of the row loop's own client, boto3's UpdateItem, and boto3's batch_writer.

All three write the same rows to a null sink over one kept-alive connection. batch_writer replaces whole items and has
no conditions: it could not do what an import does (merge without losing a concurrent update), and is here for scale.
"""

from collections.abc import Iterator
from typing import Any

import boto3

from audience.aws.client_types import Table
from audience.aws.dynamodb import DynamoDBClient
from audience.endpoints.expressions import endpoint_update
from audience.endpoints.rows import Row
from audience.layout.endpoints_table import endpoint_key
from benchmarks.measure import minima, report
from benchmarks.service import KEY_ID, REGION, SECRET, TOKEN, row_client, sink

ROWS = 2000
ROUNDS = 3
NOW = "2026-01-01T00:00:00.000Z"
NOW_MS = 1_767_323_045_000
FIELDS: dict[str, Any] = {
    "Address": "ada@example.org",
    "ChannelType": "EMAIL",
    "OptOut": "NONE",
    "Location.City": "Bonn",
    "Location.Country": "DE",
    "Demographic.Platform": "ios",
    "Attributes.Interests": ["music", "tea"],
    "Attributes.Plan": ["pro"],
}


def rows() -> Iterator[Row]:
    """Yield the rows that each client writes."""
    return (Row(endpoint_id=f"customer-{number}", fields=FIELDS) for number in range(ROWS))


def with_client(dynamodb: DynamoDBClient) -> None:
    """Write the rows as an import does (audience.endpoints.store)."""
    for row in rows():
        key = endpoint_key("app", row.endpoint_id)
        dynamodb.call(
            "UpdateItem", {"TableName": "endpoints", "Key": key, **endpoint_update(row, NOW, NOW_MS)}
        )


def with_update_item(table: Table) -> None:
    """Write the same updates through boto3's table resource."""
    for row in rows():
        fields = {"EndpointStatus": "ACTIVE", "EffectiveDate": NOW, "ingested": NOW_MS, **FIELDS}
        names = {f"#{number}": name for number, name in enumerate(fields)}
        values = {f":{number}": value for number, value in enumerate(fields.values())}
        sets = ", ".join(f"#{number} = :{number}" for number in range(len(fields)))
        table.update_item(
            Key={"pk": "app#00", "sk": f"E#{row.endpoint_id}"},
            UpdateExpression=f"SET #created = if_not_exists(#created, :created), {sets}",
            ExpressionAttributeNames={**names, "#created": "CreationDate"},
            ExpressionAttributeValues={**values, ":created": NOW},
        )


def with_batch_writer(table: Table) -> None:
    """Write the same fields as whole items, 25 a request."""
    with table.batch_writer() as batch:
        for row in rows():
            own = {"EndpointStatus": "ACTIVE", "EffectiveDate": NOW, "CreationDate": NOW, "ingested": NOW_MS}
            batch.put_item(Item={"pk": "app#00", "sk": f"E#{row.endpoint_id}", **own, **FIELDS})


def main() -> None:
    """Measure all three; print what they cost, and as multiples of the row loop's own client."""
    with sink() as url:
        session = boto3.Session(KEY_ID, SECRET, TOKEN, region_name=REGION)
        table = session.resource("dynamodb", endpoint_url=url).Table("endpoints")
        dynamodb = row_client(url)
        cases = {
            "our UpdateItem": lambda: with_client(dynamodb),
            "boto3 update_item": lambda: with_update_item(table),
            "boto3 batch_writer": lambda: with_batch_writer(table),
        }
        found = minima(cases, ROUNDS, ROWS)
    report("row_cost", f"CPU a row, {ROWS} rows, least of {ROUNDS} rounds", found, "our UpdateItem")


if __name__ == "__main__":
    main()

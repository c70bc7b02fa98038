"""What an app leaves in the tables and the bucket, as the account's root sees it."""

from collections.abc import Mapping
from typing import Any

import boto3

from audience.layout.bucket import OF_AN_APP, of_app

# The note that an app is being removed stays for 20 minutes (docs/data-model.md).
REMOVALS = "REMOVAL"
TABLES = ("ControlTableName", "EndpointsTableName")

Items = dict[str, list[dict[str, Any]]]


def items_of(application_id: str, outputs: Mapping[str, str]) -> Items:
    """Return up to three items of the app in each table."""
    return {table: _items(application_id, outputs[table])[:3] for table in TABLES}


def write(application_id: str, outputs: Mapping[str, str], items: Items) -> None:
    """Write items, and an object below each prefix of the app, as a worker does that comes too late."""
    for table, kept in items.items():
        for item in kept:
            boto3.client("dynamodb").put_item(TableName=outputs[table], Item=item)
    for prefix in OF_AN_APP:
        key = f"{of_app(prefix, application_id)}late"
        boto3.client("s3").put_object(Bucket=outputs["BucketName"], Key=key, Body=b"late")


def of(application_id: str, outputs: Mapping[str, str]) -> list[str]:
    """List the keys of items and objects that name the app."""
    found = [
        f"{item['pk']['S']} {item['sk']['S']}"
        for table in TABLES
        for item in _items(application_id, outputs[table])
    ]
    for page in boto3.client("s3").get_paginator("list_objects_v2").paginate(Bucket=outputs["BucketName"]):
        found += [entry["Key"] for entry in page.get("Contents", []) if application_id in entry["Key"]]
    return found


def _items(application_id: str, table: str) -> list[dict[str, Any]]:
    pages = boto3.client("dynamodb").get_paginator("scan").paginate(TableName=table)
    return [
        dict(item)
        for page in pages
        for item in page["Items"]
        if application_id in item["pk"]["S"] + item["sk"]["S"] and not item["pk"]["S"].startswith(REMOVALS)
    ]

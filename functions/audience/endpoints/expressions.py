"""A row as one UpdateItem: what it names is set, nothing else is touched, nothing is read first."""

from collections.abc import Mapping
from typing import Any

from audience.endpoints.documents import DATASET, HELD, INGESTED, AttributeValue
from audience.endpoints.rows import Row, Value

Update = dict[str, Any]


def endpoint_update(
    row: Row,
    now: str,
    ingested: int,
    dataset: str | None = None,
    held: str | None = None,
    of_user: str = "",
) -> Update:
    """Build the update that merges a row into its endpoint.

    The endpoint becomes ACTIVE and gets `now` (ISO 8601) as its EffectiveDate unless the row says otherwise,
    and keeps the CreationDate it has. A row that is not enough for a new endpoint holds only where there is one.
    `ingested` is the moment of this write in milliseconds since 1970. The endpoint stays with the dataset it came
    from, where `dataset` names no other. With `held`, a text that no other write has, the endpoint itself gets the
    row's user attributes, where it has no user; with `of_user`, it is written where it has that user.
    """
    update = assignments(updated_fields(row, now, ingested, dataset, held))
    if "CreationDate" not in row.fields:
        update["UpdateExpression"] = update["UpdateExpression"].replace(
            "SET ", "SET #created = if_not_exists(#created, :created), ", 1
        )
        update["ExpressionAttributeNames"]["#created"] = "CreationDate"
        update["ExpressionAttributeValues"][":created"] = {"S": now}
    if not row.creates or row.user_id:
        update["ReturnValues"] = "ALL_OLD"
    _add_conditions(update, row, of_user, holds=held is not None)
    return update


def updated_fields(
    row: Row, now: str, ingested: int, dataset: str | None = None, held: str | None = None
) -> dict[str, Value]:
    """Return the fields that the update of a row sets, or removes where the list is empty; see `endpoint_update`."""
    fields = {**written_fields(now, ingested, dataset), **row.fields}
    if held is not None:
        fields |= {**row.user_attributes, HELD: held}
    elif row.user_id:
        # The user has these from the row: what the endpoint holds of them is older.
        fields |= {name: [] for name in row.user_attributes}
    return fields


def written_fields(now: str, ingested: int, dataset: str | None) -> dict[str, Value]:
    """Return what each write of an endpoint sets, unless its row says otherwise; see `endpoint_update`."""
    fields: dict[str, Value] = {"EndpointStatus": "ACTIVE", "EffectiveDate": now, INGESTED: ingested}
    return fields if dataset is None else {**fields, DATASET: dataset}


def new_fields(now: str, ingested: int, dataset: str | None) -> dict[str, Value]:
    """Return what a new endpoint has, unless its row says otherwise; see `endpoint_update`."""
    return {"CreationDate": now, **written_fields(now, ingested, dataset)}


def _add_conditions(update: Update, row: Row, of_user: str, *, holds: bool) -> None:
    conditions = [] if row.creates else ["attribute_exists(pk)"]
    if holds:
        conditions.append("attribute_not_exists(#user)")
        update["ExpressionAttributeNames"]["#user"] = "User.UserId"
    elif of_user:
        conditions.append("#user = :user")
        update["ExpressionAttributeNames"]["#user"] = "User.UserId"
        update["ExpressionAttributeValues"][":user"] = {"S": of_user}
    elif row.user_id:
        # What an endpoint with a user still holds has to be that user's before the endpoint or the user changes.
        conditions.append("(attribute_not_exists(#held) OR attribute_not_exists(#user))")
        update["ExpressionAttributeNames"] |= {"#user": "User.UserId", "#held": HELD}
    if conditions:
        update["ConditionExpression"] = " AND ".join(conditions)


def assignments(fields: Mapping[str, Value]) -> Update:
    """Build an update that sets all fields with a value and removes those whose list is empty."""
    names = {f"#{number}": name for number, name in enumerate(fields)}
    values = {f":{number}": typed(value) for number, value in enumerate(fields.values()) if value != []}
    kept = ", ".join(f"#{name[1:]} = {name}" for name in values)
    gone = ", ".join(name for name in names if f":{name[1:]}" not in values)
    parts = [f"SET {kept}"] if kept else []
    parts += [f"REMOVE {gone}"] if gone else []
    return {
        "UpdateExpression": " ".join(parts),
        "ExpressionAttributeNames": names,
        "ExpressionAttributeValues": values,
    }


def typed(value: Value) -> AttributeValue:
    """Return a field's value as DynamoDB's JSON."""
    if isinstance(value, str):
        return {"S": value}
    if isinstance(value, list):
        return {"L": [{"S": text} for text in value]}
    return {"N": repr(value)}

"""Endpoints and profiles as the table has them."""

from collections.abc import Mapping
from typing import Any

from audience.endpoints.expressions import typed
from audience.profiles.model import Profile


def endpoint(name: str, at: str = "2026-01-01T00:00:00.000Z", **fields: Any) -> dict[str, Any]:
    """An endpoint's item; `__` in a field's name is a dot."""
    dataset, ingested = fields.pop("dataset", ""), fields.pop("ingested", 0)
    item = {field.replace("__", "."): typed(value) for field, value in fields.items()}
    item |= {"sk": {"S": f"E#{name}"}, "EffectiveDate": {"S": at}, "ingested": {"N": str(ingested)}}
    return item | ({"dataset": {"S": dataset}} if dataset else {})


def user(name: str, ingested: int = 0, **attributes: list[str]) -> dict[str, Any]:
    """A user's item."""
    item = {f"User.UserAttributes.{field}": typed(values) for field, values in attributes.items()}
    return {**item, "sk": {"S": f"U#{name}"}, "ingested": {"N": str(ingested)}}


def stitched(name: str, *endpoints: dict[str, Any], ingested: int = 0, **attributes: list[str]) -> Profile:
    """The profile of a user with these endpoints."""
    own: list[Mapping[str, Any]] = [{**each, "User.UserId": {"S": name}} for each in endpoints]
    return Profile.of(f"U#{name}", own, user(name, ingested, **attributes))


def alone(one: dict[str, Any]) -> Profile:
    """The profile of an endpoint by itself."""
    return Profile.of(str(one["sk"]["S"]), [one], None)

"""What DynamoDB does with the update expressions of endpoints: SET with if_not_exists, and REMOVE."""

import re
from typing import Any

Item = dict[str, Any]


def updated(item: Item, update: dict[str, Any]) -> Item:
    """The item after the update; every name and value the expression has must be used, as DynamoDB demands."""
    names, values = update["ExpressionAttributeNames"], update["ExpressionAttributeValues"]
    after = dict(item)
    used = set(re.findall(r"[#:]\w+", update.get("ConditionExpression", "")))
    sections = re.split(r"\b(SET|REMOVE) ", update["UpdateExpression"])[1:]
    for verb, actions in zip(sections[::2], sections[1::2], strict=True):
        for action in re.split(r", (?=#)(?![^(]*\))", actions.strip()):
            used.update(re.findall(r"[#:]\w+", action))
            if verb == "REMOVE":
                after.pop(names[action], None)
                continue
            target, _, source = action.partition(" = ")
            kept = re.fullmatch(r"if_not_exists\((#\w+), (:\w+)\)", source)
            old = item.get(names[kept[1]]) if kept else None
            after[names[target]] = old if old is not None else values[kept[2] if kept else source]
    assert used == {*names, *values}
    return after

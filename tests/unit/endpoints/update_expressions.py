"""What DynamoDB does with the update expressions of endpoints and users, and with the conditions of such updates."""

import re
from typing import Any

Item = dict[str, Any]

_TERM = re.compile(
    r"attribute_(?:not_)?exists\(\S+?\)|contains\(\S+, \S+?\)|size\(\S+?\) <=? [#:]\w+|[#:]\w+ = [#:]\w+"
)


def updated(item: Item, update: dict[str, Any]) -> Item:
    """The item after the update; every name and value the expression has must be used, as DynamoDB demands."""
    names, values = update["ExpressionAttributeNames"], update["ExpressionAttributeValues"]
    after = dict(item)
    used = set(re.findall(r"[#:]\w+", update.get("ConditionExpression", "")))
    sections = re.split(r"\b(SET|REMOVE|ADD|DELETE) ", update["UpdateExpression"])[1:]
    for verb, actions in zip(sections[::2], sections[1::2], strict=True):
        for action in re.split(r", (?=#)(?![^(]*\))", actions.strip()):
            used.update(re.findall(r"[#:]\w+", action))
            if verb == "REMOVE":
                after.pop(names[action], None)
                continue
            if verb in {"ADD", "DELETE"}:
                target, value = action.split()
                _change_set(after, names[target], verb, values[value]["SS"])
                continue
            target, _, source = action.partition(" = ")
            kept = re.fullmatch(r"if_not_exists\((#\w+), (:\w+)\)", source)
            old = item.get(names[kept[1]]) if kept else None
            after[names[target]] = old if old is not None else values[kept[2] if kept else source]
    assert used == {*names, *values}
    return after


def _change_set(item: Item, name: str, verb: str, members: list[str]) -> None:
    before = {*item.pop(name, {"SS": []})["SS"]}
    after = before | {*members} if verb == "ADD" else before - {*members}
    if after:
        item[name] = {"SS": sorted(after)}


def holds(item: Item, update: dict[str, Any]) -> bool:
    """Whether an item, empty if there is none, fulfils the condition of its update or deletion."""
    names, values = update.get("ExpressionAttributeNames", {}), update.get("ExpressionAttributeValues", {})

    def value(operand: str) -> Any:
        return values[operand] if operand.startswith(":") else item.get(names.get(operand, operand))

    def term(match: re.Match[str]) -> str:
        first, *others = map(value, re.findall(r"[#:]\w+|\bpk\b", match[0]))
        if match[0].startswith("attribute_"):
            return str((first is None) == match[0].startswith("attribute_not_"))
        if first is None:
            return "False"
        if match[0].startswith("contains"):
            return str(others[0]["S"] in first["SS"])
        if match[0].startswith("size"):
            return str(len(first["SS"]) <= int(others[0]["N"]) - (" < " in match[0]))
        return str(first == others[0])

    condition = _TERM.sub(term, update.get("ConditionExpression", "True"))
    assert re.fullmatch(r"(True|False|AND|OR|[() ])+", condition), condition
    return bool(eval(condition.lower().title().replace("And", "and").replace("Or", "or")))  # noqa: S307

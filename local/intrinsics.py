"""CloudFormation's intrinsic functions, as far as the CDK's templates use them."""

import re
from collections.abc import Callable
from typing import Any

Reference = Callable[[str], Any]
Attribute = Callable[[str, str], str]

_PLACEHOLDER = re.compile(r"\$\{(!?)([^}]+)\}")


class UnsupportedTemplateError(Exception):
    """The template uses something that the local stack does not implement."""

    def __init__(self, what: str) -> None:
        """Name the part of the template."""
        super().__init__(f"the local stack cannot resolve {what}")


def resolve(value: Any, reference: Reference, attribute: Attribute) -> Any:
    """Resolve all intrinsic functions in a value; members that are `AWS::NoValue` are left out.

    Args:
        value: any part of a template.
        reference: what `Ref` to a name gives.
        attribute: what `Fn::GetAtt` of a logical id and an attribute gives.

    Raises:
        UnsupportedTemplateError: an intrinsic function that is not implemented.
    """

    def inner(part: Any) -> Any:
        return resolve(part, reference, attribute)

    if isinstance(value, list):
        return [inner(item) for item in value if item != {"Ref": "AWS::NoValue"}]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        [(name, argument)] = value.items()
        if name == "Ref":
            return reference(argument)
        if name == "Fn::GetAtt":
            return attribute(*(argument.split(".", 1) if isinstance(argument, str) else argument))
        if name.startswith("Fn::"):
            return _call(name, argument, inner, reference, attribute)
    return {key: inner(item) for key, item in value.items() if item != {"Ref": "AWS::NoValue"}}


def _call(
    name: str, argument: Any, inner: Callable[[Any], Any], reference: Reference, attribute: Attribute
) -> Any:
    if name == "Fn::Sub":
        text, given = (argument, {}) if isinstance(argument, str) else argument
        return _substitute(text, inner(given), reference, attribute)
    if name == "Fn::Join":
        separator, parts = argument
        return separator.join(str(part) for part in inner(parts))
    if name == "Fn::Select":
        index, items = argument
        return inner(items)[int(index)]
    if name == "Fn::Split":
        separator, text = argument
        return inner(text).split(separator)
    raise UnsupportedTemplateError(f"the function {name}")


def _substitute(text: str, given: dict[str, Any], reference: Reference, attribute: Attribute) -> str:
    def replacement(match: re.Match[str]) -> str:
        literal, name = match.groups()
        if literal:
            return f"${{{name}}}"
        if name in given:
            return str(given[name])
        return str(attribute(*name.split(".", 1)) if "." in name else reference(name))

    return _PLACEHOLDER.sub(replacement, text)

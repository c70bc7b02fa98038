"""What each setting of a deployment may be, and what a refused value is told."""

import re
from collections.abc import Callable
from typing import TypeAlias

# A setting's value in its own type; None and the empty tuple stand for "empty".
Value: TypeAlias = str | int | bool | tuple[str, ...] | None
Check: TypeAlias = Callable[[object], Value]


class ValueNotAllowedError(ValueError):
    """A value that a setting may not have; the message says what is allowed."""


def whole_number(least: int, most: int | None = None, *, optional: bool = False) -> Check:
    """Make the check of a number of at least `least`; `optional` also takes an empty value, which becomes None.

    Digits in quotation marks are taken too.
    """
    bounds = f"of {least} or more" if most is None else f"from {least} to {most}"
    allowed = f"a whole number {bounds}" + (", or empty" if optional else "")

    def check(value: object) -> Value:
        if optional and value in (None, ""):
            return None
        digits = isinstance(value, str) and re.fullmatch(r"[0-9]+", value)
        if not digits and (isinstance(value, bool) or not isinstance(value, int)):
            raise ValueNotAllowedError(allowed)
        number = int(value)  # type: ignore[call-overload] # an int, or digits
        if number < least or (most is not None and number > most):
            raise ValueNotAllowedError(allowed)
        return int(number)

    return check


def truth() -> Check:
    """Make the check of `true` or `false`, also in quotation marks."""

    def check(value: object) -> Value:
        if isinstance(value, bool):
            return value
        if str(value).lower() in {"true", "false"}:
            return str(value).lower() == "true"
        raise ValueNotAllowedError("true or false")

    return check


def text(pattern: str, allowed: str) -> Check:
    """Make the check of a text that matches `pattern`, or is empty."""

    def check(value: object) -> Value:
        found = value.strip() if isinstance(value, str) else None
        if found is None or (found and not re.fullmatch(pattern, found)):
            raise ValueNotAllowedError(f"{allowed}, or empty")
        return found

    return check


def several(pattern: str, allowed: str, *, optional: bool = True) -> Check:
    """Make the check of a list of texts that match `pattern`; one text with commas is a list too."""
    told = f"a list of {allowed}" + ("; it may be empty" if optional else "")

    def check(value: object) -> Value:
        parts = value.split(",") if isinstance(value, str) else value
        if not isinstance(parts, (list, tuple)) or not all(isinstance(part, str) for part in parts):
            raise ValueNotAllowedError(told)
        found = tuple(stripped for part in parts if (stripped := part.strip()))
        if not all(re.fullmatch(pattern, part) for part in found) or not (found or optional):
            raise ValueNotAllowedError(told)
        return found

    return check

"""What a refused segment definition says: the member, the value it got, and what is allowed there."""

from typing import Any

from pydantic import ValidationError

from audience.errors import PermanentError

_ALLOWED = {
    "missing": "given",
    "model_type": "an object",
    "dict_type": "an object",
    "string_type": "a string",
    "list_type": "a list",
    "too_short": "a list of at least one entry",
    "string_too_short": "a string of at least one character",
    "string_pattern_mismatch": "an id of 32 lower-case hex digits",
}


class SegmentInvalidError(PermanentError):
    """A segment definition that no segment can be made of.

    Attributes:
        field: the member's path in the request, `Dimensions.Attributes.Interests.AttributeType`.
        value: what it got; None where the member is missing.
        allowed: what it may be, as words that go on from "is not" or "must be".
    """

    def __init__(self, field: str, value: object, allowed: str) -> None:
        """Set up the message from all three in one line; a long value is cut to 100 characters."""
        reason = f"missing, must be {allowed}" if value is None else f"{value!r:.100} is not {allowed}"
        super().__init__(f"{field}: {reason}")
        self.field, self.value, self.allowed = field, value, allowed


def first_error(error: ValidationError) -> SegmentInvalidError:
    """Return the first of pydantic's findings, told in the words of the API."""
    finding = error.errors(include_url=False)[0]
    location, kind = finding["loc"], finding["type"]
    value = None if kind == "missing" else finding["input"]
    if kind == "extra_forbidden":
        allowed = f"a member of {_path(location[:-1])}"
    elif kind == "literal_error":
        names = str(finding["ctx"]["expected"]).replace("'", "").replace(" or ", ", ")
        allowed = f"one of {names}"
    else:
        allowed = _ALLOWED.get(kind, finding["msg"].removeprefix("Input should be "))
    return SegmentInvalidError(_path(location), value, allowed)


def _path(location: tuple[Any, ...]) -> str:
    """Return `("SegmentGroups", "Groups", 0, "Type")` as `SegmentGroups.Groups[0].Type`."""
    steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in location)
    return "".join(steps).removeprefix(".") or "WriteSegmentRequest"

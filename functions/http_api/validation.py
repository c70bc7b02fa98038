"""Pydantic's findings in the API's words: the member of the body, its value, and what is allowed."""

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from audience.identifiers import DATASET_ID, HEX_ID

_SIGN = r"[^/\\\x00-\x1f\x7f-\x9f\u2028\u2029]"  # no slash, no control character, no end of a line
_NO_DOT = rf"[^.{_SIGN[2:]}"
# `.` and `..` are steps of a path to whoever saves a file under its name.
PLAIN_NAME = rf"^({_NO_DOT}{_SIGN}*|\.{_NO_DOT}{_SIGN}*|\.\.{_SIGN}+)$"

_MAX_TOLD = 5
_PATTERNS = {
    PLAIN_NAME: "a plain name, without slashes and control characters, and not . or ..",
    DATASET_ID: "24 lower-case hex digits",
    HEX_ID: "32 lower-case hex digits",
}
_ALLOWED = {
    "string_type": "a string",
    "bool_type": "true or false",
    "int_type": "a whole number",
    "greater_than_equal": "a whole number of at least {ge}",
    "less_than_equal": "a whole number of at most {le}",
    "dict_type": "an object",
    "model_type": "an object",
    "float_type": "a number",
    "finite_number": "a number",
    "string_too_short": "a string of at least {min_length} character",
    "string_too_long": "a string of at most {max_length} characters",
    "value_error": "{error}",
    "too_short": "an object of at least {min_length} member",
    "too_long": "an object of at most {max_length} members",
    "list_type": "a list",
    "too_short of List": "a list of at least {min_length}",
    "too_long of List": "a list of at most {max_length}",
}


def refusals(error: ValidationError, request: str) -> str:
    """Return pydantic's findings in one line, at most five of them.

    Args:
        error: what pydantic found.
        request: the name of the whole request, for members that are none of its.
    """
    return "; ".join(findings(error, request))


def findings(error: ValidationError, request: str) -> list[str]:
    """Return pydantic's findings one by one, at most five of them."""
    found = error.errors(include_url=False, include_context=True)
    return [_refusal(finding, request) for finding in found[:_MAX_TOLD]]


def _refusal(finding: ErrorDetails, request: str) -> str:
    member = _path(finding["loc"])
    kind, limits = finding["type"], finding.get("ctx", {})
    if kind == "missing":
        return f"{member}: is required"
    value = f"{finding['input']!r:.100}"
    if kind == "extra_forbidden":
        return f"{member}: {value} is given, but {request} has no such member"
    if kind == "literal_error":
        return f"{member}: {value} is not one of {_names(limits['expected'])}"
    if kind == "string_pattern_mismatch":
        return f"{member}: {value} is not {_PATTERNS[limits['pattern']]}"
    words = _ALLOWED.get(f"{kind} of {limits.get('field_type')}", _ALLOWED.get(kind))
    allowed = words.format(**limits) if words else finding["msg"]
    return f"{member}: {value} is not {allowed}"


def _names(expected: str) -> str:
    """Return pydantic's `'CSV' or 'JSON'` as `CSV, JSON`."""
    return expected.replace("'", "").replace(" or ", ", ")


def _path(location: tuple[int | str, ...]) -> str:
    """`("tags", "team", "[key]")` as `tags.team`, each step cut short."""
    return ".".join(f"{step!s:.100}" for step in location if step != "[key]")

"""Rows of a newline-delimited JSON file or an API request, in the form of EndpointRequest."""

from collections.abc import Mapping
from typing import Any

import orjson

from audience.endpoints.fields import (
    ATTRIBUTES,
    IGNORED,
    METRICS,
    NUMBERS,
    TEXTS,
    USER_ATTRIBUTES,
    attribute_name,
    attribute_values,
    number,
    shown,
)
from audience.endpoints.rows import Row, RowInvalidError, complete
from audience.exact_numbers import loads, text_of

_GROUPS = frozenset({"Location", "Demographic", "User"})


def row_of_record(record: bytes, application_id: str) -> Row:
    """Return the row of one line.

    Raises:
        RowInvalidError: it is not UTF-8, not a JSON object, or not an endpoint.
    """
    try:
        document = loads(record)
    except orjson.JSONDecodeError as error:
        try:
            record.decode()
        except UnicodeDecodeError as bad_byte:
            raise RowInvalidError("", f"not UTF-8 at byte {bad_byte.start + 1} of the row") from None
        raise RowInvalidError("", f"not JSON: {error}") from None
    if not isinstance(document, dict):
        raise RowInvalidError("", "not a JSON object: one endpoint object a line is expected")
    return row_of_document(document, application_id=application_id)


def row_of_document(document: Mapping[str, Any], *, application_id: str) -> Row:
    """Return the row of an endpoint document: EndpointRequest plus `Id`; null members are left out.

    Numbers may be as `audience.exact_numbers.loads` gives them.

    Raises:
        RowInvalidError: a member is unknown, or has a value it may not have.
    """
    row = Row()
    for name, value in document.items():
        if value is None or name in IGNORED:
            continue
        if name == "Id":
            row.endpoint_id = _text(name, value)
        elif name in _GROUPS:
            for inner, inner_value in _mapping(name, value).items():
                _set(row, f"{name}.{inner}", inner_value)
        elif "." in name:
            raise RowInvalidError(
                name, "is not a member of an endpoint: nest it, {" + shown(name) + "} is for CSV"
            )
        else:
            _set(row, name, value)
    return complete(row, application_id)


def _set(row: Row, name: str, value: Any) -> None:
    if value is None or name in IGNORED:
        return
    if name == "Attributes":
        row.fields.update(_attributes(ATTRIBUTES, name, value))
    elif name == "User.UserAttributes":
        row.user_attributes.update(_attributes(USER_ATTRIBUTES, name, value))
    elif name == "Metrics":
        for metric, metric_value in _mapping(name, value).items():
            if metric_value is None:
                continue
            field = attribute_name(METRICS, metric)
            row.fields[field] = number(field, _scalar(field, metric_value))
    elif name in TEXTS:
        row.fields[name] = TEXTS[name](name, _text(name, value))
        if name == "User.UserId":
            row.user_id = str(row.fields[name])
    elif name in NUMBERS:
        row.fields[name] = NUMBERS[name](name, _scalar(name, value))
    else:
        raise RowInvalidError(name, f"{shown(name)} is not a member of an endpoint")


def _attributes(prefix: str, name: str, value: Any) -> dict[str, list[str]]:
    found = {}
    for inner, values in _mapping(name, value).items():
        listed = values if isinstance(values, list) else [values]
        given = [item for item in listed if item is not None]
        if listed and not given:  # only an empty list removes the attribute
            continue
        field = attribute_name(prefix, inner)
        found[field] = attribute_values(field, [_text(field, item, "a list of strings") for item in given])
    return found


def _text(field: str, value: Any, allowed: str = "a string") -> str:
    """Return a text, or a number or boolean as JSON writes it."""
    text = text_of(value)
    if isinstance(text, str):
        return text
    raise RowInvalidError(field, f"{shown(value)} is not {allowed}")


def _scalar(field: str, value: Any) -> str | float:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise RowInvalidError(field, f"{shown(value)} is not a number")
    return value


def _mapping(field: str, value: Any) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise RowInvalidError(field, f"{shown(value)} is not an object")
    return value

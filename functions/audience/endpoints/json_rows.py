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
from audience.endpoints.rows import Row, RowInvalidError, Wrong, complete
from audience.exact_numbers import loads, text_of

_GROUPS = frozenset({"Location", "Demographic", "User"})
_CUSTOM = {prefix.removesuffix("."): prefix for prefix in (ATTRIBUTES, METRICS, USER_ATTRIBUTES)}


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
        RowInvalidError: members are unknown, or have values they may not have; each one is told.
    """
    reading = _Reading()
    for name, value in document.items():
        if "." in name and value is not None:
            reading.refuse(name, "is not a member of an endpoint: nest it, {" + shown(name) + "} is for CSV")
        else:
            reading.read(name, value)
    return complete(reading.row, application_id, reading.wrong)


class _Reading:
    """The row of a document as far as it was read, and what is wrong with its members."""

    def __init__(self) -> None:
        self.row = Row()
        self.wrong: list[Wrong] = []

    def refuse(self, name: str, reason: str) -> None:
        self.wrong += RowInvalidError(name, reason).reasons

    def read(self, name: str, value: Any) -> None:
        """Set the fields that a member names (`Location`, `Location.City`), or note what is wrong with them."""
        if value is None or name in IGNORED:
            return
        try:
            if name in _GROUPS:
                for inner, inner_value in _mapping(name, value).items():
                    self.read(f"{name}.{inner}", inner_value)
            elif name in _CUSTOM:
                for inner, inner_value in _mapping(name, value).items():
                    self._read_custom(_CUSTOM[name], inner, inner_value)
            else:
                _set(self.row, name, value)
        except RowInvalidError as error:
            self.wrong += error.reasons

    def _read_custom(self, prefix: str, name: str, value: Any) -> None:
        try:
            _set_custom(self.row, prefix, name, value)
        except RowInvalidError as error:
            self.wrong += error.reasons


def _set(row: Row, name: str, value: Any) -> None:
    if name == "Id":
        row.endpoint_id = _text(name, value)
    elif name in TEXTS:
        row.fields[name] = TEXTS[name](name, _text(name, value))
        if name == "User.UserId":
            row.user_id = str(row.fields[name])
    elif name in NUMBERS:
        row.fields[name] = NUMBERS[name](name, _scalar(name, value))
    else:
        raise RowInvalidError(name, f"{shown(name)} is not a member of an endpoint")


def _set_custom(row: Row, prefix: str, name: str, value: Any) -> None:
    """Set a custom attribute or a metric; only an empty list removes an attribute."""
    if prefix == METRICS:
        if value is not None:
            field = attribute_name(prefix, name)
            row.fields[field] = number(field, _scalar(field, value))
        return
    listed = value if isinstance(value, list) else [value]
    given = [item for item in listed if item is not None]
    if listed and not given:
        return
    field = attribute_name(prefix, name)
    values = attribute_values(field, [_text(field, item, "a list of strings") for item in given])
    if prefix == ATTRIBUTES:
        row.fields[field] = values
    else:
        row.user_attributes[field] = values


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
